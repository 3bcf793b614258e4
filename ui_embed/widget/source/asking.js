// What is asked before the first message: a name, an address. Nobody is believed by it.
class Asking {
  constructor(settings) {
    this.texts = settings.texts;
    this.inputs = {};
    this.element = make("div", { class: "asking" });
    const kinds = { name: ["text", "name"], email: ["email", "email"] };
    for (const [name, [type, autocomplete]] of Object.entries(kinds)) {
      const asked = settings.asks[`asks_${name}`];
      if (asked === "no") continue;
      const input = make("input", { type, name, autocomplete, maxlength: name === "name" ? 100 : 254 });
      input.required = asked === "required";
      input.dir = "auto";
      input.value = kept(name) || "";
      input.addEventListener("input", () => this.told(input, ""));
      const label = input.required ? this.texts[name] : `${this.texts[name]} (${this.texts.optional})`;
      const why = make("p", { class: "why", hidden: true, id: `why-${name}` });
      input.setAttribute("aria-describedby", why.id);
      this.inputs[name] = input;
      this.element.append(field(label, input, why));
    }
  }

  told(input, text) {
    const why = input.parentElement.querySelector(".why");
    why.textContent = text;
    why.hidden = !text;
    input.setAttribute("aria-invalid", String(Boolean(text)));
  }

  // The values, or null with the first wrong field in focus.
  values() {
    const found = {};
    for (const [name, input] of Object.entries(this.inputs)) {
      const value = input.value.trim();
      if (!value && input.required) return this.wrong(input, this.texts.required);
      if (value && name === "email" && !input.checkValidity()) return this.wrong(input, this.texts.bad_email);
      found[name] = value;
    }
    for (const [name, value] of Object.entries(found)) keep(name, value || null);
    return found;
  }

  wrong(input, text) {
    this.told(input, text);
    input.focus();
    return null;
  }
}
