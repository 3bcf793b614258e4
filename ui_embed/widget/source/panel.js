// The button, the panel with its log, and how both open and close.
class Panel {
  constructor(settings, onOpen) {
    this.settings = settings;
    this.texts = settings.texts;
    this.onOpen = onOpen;
    const { texts } = this;
    this.count = make("span", { class: "count", hidden: true });
    this.button = make("button", {
      class: "launch", type: "button", "aria-haspopup": "dialog", "aria-expanded": "false",
      "aria-label": texts.open, click: () => this.toggle(),
    }, drawing("chat"), this.count);
    this.standing = make("p", { class: "standing" });
    this.log = make("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": texts.messages, tabindex: "0" });
    this.typing = make("p", { class: "typing", hidden: true }, texts.typing);
    this.notices = make("div", { class: "notices" });
    this.trouble = make("p", { class: "trouble", role: "alert", hidden: true });
    this.foot = make("div", { class: "panel-foot" });
    const close = make("button", { class: "plain", type: "button", "aria-label": texts.close, click: () => this.close() }, drawing("close"));
    this.dialog = make("section", { class: "panel", role: "dialog", "aria-labelledby": "shop", hidden: true },
      make("header", {}, make("div", {}, make("h2", { id: "shop" }, make("bdi", {}, settings.shop)), this.standing), close),
      make("div", { class: "body" }, this.log, this.typing, this.notices), this.trouble, this.foot);
    this.bubble = make("div", { class: "invitation", hidden: true });
    this.root = make("div", { class: `root ${settings.position}`, lang: settings.language, dir: settings.direction },
      this.dialog, make("div", { "aria-live": "polite" }, this.bubble), this.button);
    colour(this.root, settings.accent);
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.host = make("tillside-chat", { dir: settings.direction });
    this.shadow = rooted(this.host, this.root);
    document.body.append(this.host);
  }

  get isOpen() {
    return !this.dialog.hidden;
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  open() {
    this.dialog.hidden = false;
    this.bubble.hidden = true;
    this.button.setAttribute("aria-expanded", "true");
    this.root.classList.add("open");
    this.onOpen();
    this.bottom();
  }

  close() {
    this.dialog.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    this.root.classList.remove("open");
    keep("open", null);
    this.button.focus();
  }

  key(event) {
    if (event.key === "Escape" && this.isOpen) {
      event.stopPropagation();
      this.close();
    }
    // Full screen there is nothing else to go to.
    if (event.key === "Tab" && this.isOpen && matchMedia("(max-width: 480px)").matches) {
      const all = [...this.dialog.querySelectorAll("button, input, textarea, a[href], [tabindex]")];
      const seen = all.filter((each) => each.offsetParent !== null && !each.disabled);
      const [first, last] = [seen[0], seen[seen.length - 1]];
      const now = this.shadow.activeElement;
      if (event.shiftKey && now === first) this.go(event, last);
      else if (!event.shiftKey && now === last) this.go(event, first);
    }
  }

  go(event, target) {
    event.preventDefault();
    target.focus();
  }

  unread(count) {
    this.count.textContent = count > 9 ? "9+" : String(count);
    this.count.hidden = !count;
    const more = count ? `. ${filled(this.texts.unread, { n: count })}` : "";
    this.button.setAttribute("aria-label", this.texts.open + more);
  }

  tell(text) {
    this.trouble.textContent = text || "";
    this.trouble.hidden = !text;
  }

  stand(availability) {
    const { texts, settings } = this;
    const { is_open: isOpen, opens_at: opens, usual_seconds: usual } = availability;
    let text = texts.here;
    if (!isOpen) text = opens ? filled(texts.back, { time: back(opens, settings.language) }) : texts.away;
    else if (usual !== null) text = filled(texts.usual, { time: span(usual, settings.language) });
    this.standing.textContent = text;
  }

  writes() {
    this.typing.hidden = false;
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => this.still(), 8000);
    this.bottom();
  }

  still() {
    this.typing.hidden = true;
  }

  bottom() {
    const body = this.log.parentElement;
    body.scrollTop = body.scrollHeight;
  }
}
