// The contact form, drawn where the page's tag says, and sent without leaving the page.
class ContactForm {
  constructor(told, place) {
    this.told = told;
    this.key = newKey();
    const { texts, asks } = told;
    this.fields = {};
    const rows = [
      ["name", "text", asks.name, "name"], ["email", "email", "required", "email"],
      ["order", "text", asks.order, "off"], ["subject", "text", asks.subject, "off"],
    ].filter(([, , asked]) => asked !== "no").map((row) => this.row(...row));
    this.fields.text = make("textarea", { name: "text", rows: "6", maxlength: "10000", dir: "auto", required: true });
    this.trap = make("input", { name: told.trap, type: "text", tabindex: "-1", autocomplete: "off" });
    this.files = make("input", { type: "file", multiple: true });
    this.status = make("p", { class: "trouble", role: "alert", hidden: true });
    this.button = make("button", { class: "primary", type: "submit" }, texts.form_send);
    this.element = make("form", { class: "form", novalidate: true, submit: (event) => this.send(event) },
      make("h2", {}, told.title), ...rows, this.withWhy(texts.message, this.fields.text),
      told.takes_files ? field(texts.files, this.files) : null,
      make("div", { class: "trap", "aria-hidden": "true" }, make("label", {}, texts.trap, this.trap)), this.status, this.button);
    this.root = make("div", { class: "root inline", lang: told.language, dir: told.direction }, this.element);
    this.host = make("tillside-form", { dir: told.direction });
    rooted(this.host, this.root);
    place.append(this.host);
  }

  row(name, type, asked, autocomplete) {
    const { texts } = this.told;
    const input = make("input", { name, type, autocomplete, dir: "auto", maxlength: "200", required: asked === "required" });
    this.fields[name] = input;
    return this.withWhy(asked === "required" ? texts[name] : `${texts[name]} (${texts.optional})`, input);
  }

  withWhy(label, input) {
    const why = make("p", { class: "why", hidden: true, id: `w${input.name}` }, this.told.texts.required);
    input.setAttribute("aria-describedby", why.id);
    input.addEventListener("input", () => this.mark(input, false));
    return field(label, input, why);
  }

  mark(input, isWrong) {
    input.setAttribute("aria-invalid", String(isWrong));
    const why = input.parentElement.querySelector(".why");
    const { texts } = this.told;
    why.textContent = input.name === "email" && input.value ? texts.bad_email : texts.required;
    why.hidden = !isWrong;
  }

  async send(event) {
    event.preventDefault();
    const all = Object.values(this.fields);
    all.forEach((input) => this.mark(input, !input.checkValidity() || (input.required && !input.value.trim())));
    const wrong = all.find((input) => input.getAttribute("aria-invalid") === "true");
    if (wrong) return wrong.focus();
    const form = new FormData();
    for (const input of [...all, this.trap]) form.append(input.name, input.value);
    form.append("stamp", this.told.stamp);
    form.append("key", this.key);
    for (const file of this.files.files) form.append("file", file, file.name);
    this.button.disabled = true;
    return ask("POST", "form", { query: { lang: this.told.language }, form }).then(() => this.thank(), (error) => this.fail(error));
  }

  thank() {
    const text = make("p", { class: "thanks", role: "status", tabindex: "-1" }, this.told.thanks);
    this.element.replaceWith(text);
    text.focus();
  }

  fail(error) {
    const { texts, language, most_upload_bytes: largest } = this.told;
    const told = { 0: "offline", 413: "too_large", 422: "form_refused", 429: "too_much" }[error.status] || "trouble";
    this.button.disabled = false;
    this.status.textContent = filled(texts[told], { size: size(largest, language) });
    this.status.hidden = false;
  }
}
