// Where the visitor writes: the draft is kept over page loads, files stand beside it.
class Composer {
  constructor(settings, asking, onSend, onTyping, onTrouble) {
    Object.assign(this, { settings, asking, onSend, onTyping, onTrouble, files: [] });
    const { texts } = settings;
    this.text = make("textarea", { rows: "1", maxlength: "4000", "aria-label": texts.write, placeholder: texts.write, dir: "auto" });
    this.text.value = kept("draft") || "";
    this.text.addEventListener("input", () => this.typed());
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.send();
      }
    });
    this.picker = make("input", { type: "file", multiple: true, hidden: true, change: () => this.pick() });
    this.chosen = make("ul", { class: "chosen", hidden: true });
    const attach = make("button", { class: "plain", type: "button", "aria-label": texts.attach, click: () => this.picker.click() }, drawing("clip"));
    const send = make("button", { class: "send", type: "submit", "aria-label": texts.send }, drawing("send"));
    this.element = make("form", { class: "composer", novalidate: true },
      asking.element, this.chosen, make("div", { class: "write" }, attach, this.picker, this.text, send));
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    setTimeout(() => this.grow());
  }

  focus() {
    this.text.focus();
  }

  typed() {
    keep("draft", this.text.value || null);
    this.grow();
    const now = Date.now();
    if (this.text.value && now - (this.toldAt || 0) > 3000) {
      this.toldAt = now;
      this.onTyping();
    }
  }

  grow() {
    this.text.style.blockSize = "auto";
    this.text.style.blockSize = `${Math.min(this.text.scrollHeight + 2, 130)}px`;
  }

  async pick() {
    const { texts, language, most_files: most, most_upload_bytes: largest } = this.settings;
    const picked = [...this.picker.files];
    this.picker.value = "";
    this.onTrouble("");
    for (const file of picked) {
      const taken = await smaller(file, largest / most);
      const total = this.files.reduce((sum, each) => sum + each.size, taken.size);
      if (this.files.length >= most) this.onTrouble(filled(texts.too_many_files, { n: most }));
      else if (total > largest) this.onTrouble(filled(texts.too_large, { size: size(largest, language) }));
      else this.files.push(taken);
    }
    this.draw();
  }

  draw() {
    const remove = (file) => () => {
      this.files = this.files.filter((each) => each !== file);
      this.draw();
      this.focus();
    };
    this.chosen.replaceChildren(...this.files.map((file) =>
      make("li", {}, make("bdi", {}, file.name),
        make("button", { class: "plain", type: "button", "aria-label": filled(this.settings.texts.remove, { name: file.name }), click: remove(file) }, drawing("close")))));
    this.chosen.hidden = !this.files.length;
  }

  send() {
    const text = this.text.value.trim();
    if (!text && !this.files.length) return this.focus();
    const told = this.asking.element.hidden ? {} : this.asking.values();
    if (told === null) return undefined;
    const { files } = this;
    this.text.value = "";
    this.files = [];
    this.draw();
    this.typed();
    return this.onSend({ key: newKey(), text, files, ...told });
  }
}

// A picture that is larger than fits, drawn smaller; anything else as it is.
async function smaller(file, bytes) {
  if (file.size <= bytes || !/^image\/(jpeg|png|webp)$/.test(file.type)) return file;
  try {
    const drawn = await createImageBitmap(file);
    const canvas = make("canvas");
    const scale = Math.min(1, 1600 / Math.max(drawn.width, drawn.height));
    canvas.width = drawn.width * scale;
    canvas.height = drawn.height * scale;
    canvas.getContext("2d").drawImage(drawn, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.8));
    return blob && blob.size < file.size ? new File([blob], `${file.name.replace(/\.\w+$/, "")}.jpg`, { type: blob.type }) : file;
  } catch {
    return file;
  }
}
