// The conversation: what was said by the service's word, what is being sent, and what follows.
class Conversation {
  constructor(settings) {
    Object.assign(this, { settings, texts: settings.texts, said: new Map(), sending: [], drawn: new Map(), state: {} });
    this.asking = new Asking(settings);
    this.panel = new Panel(settings, () => this.opened());
    this.composer = new Composer(settings, this.asking, (message) => this.send(message), () => this.types(), (text) => this.panel.tell(text));
    this.panel.foot.append(this.composer.element);
    this.stream = new Stream((told) => this.hinted(told), () => this.panel.writes(), () => this.lost());
    addEventListener("online", () => this.retryAll());
    document.addEventListener("visibilitychange", () => this.look());
    this.draw();
  }

  // Whom we go on as; asked once a page, when there is a conversation or it is opened.
  begin() {
    this.begun ||= this.start().catch((error) => {
      this.begun = null;
      this.fail(error);
    });
    return this.begun;
  }

  async start() {
    const told = await ask("POST", "start", { body: { proof: await proof(), lang: this.settings.language } });
    // Somebody else than before: nothing of what was said, or not yet sent, stays.
    if (!told.is_same) this.forget();
    if (told.visitor !== kept("visitor")) keep("visitor", told.visitor);
    this.state = { signed: told.is_signed, mail: told.has_email, ...told };
    this.asking.element.hidden = told.is_signed || Boolean(told.thread?.conversation);
    this.panel.tell("");
    this.panel.stand(told.availability);
    if (told.consented) keep("sharing", "yes");
    // What was written meanwhile stays: its files are kept nowhere else.
    const here = new Set(this.sending.map((each) => each.key));
    this.sending.unshift(...JSON.parse(kept("sending") || "[]").filter((each) => !here.has(each.key)));
    if (told.thread) this.take(told.thread);
    this.draw();
    this.retryAll();
    if (kept("sharing") === "yes" && this.conversation) sharePage(this.settings);
  }

  // What stands in storage was another's; what was written on this page is whoever's sits here.
  forget() {
    this.said.clear();
    if (!this.composer.toldAt) this.composer.text.value = "";
    for (const [name, input] of Object.entries(this.asking.inputs)) if (input.value === kept(name)) input.value = "";
    ["conversation", "seen", "sharing", "sending", "draft", "name", "email"].forEach((name) => keep(name, null));
  }

  get conversation() {
    return kept("conversation");
  }

  get messages() {
    return [...this.said.values()].sort((one, two) => Number(one.id) - Number(two.id));
  }

  opened() {
    keep("open", "yes");
    this.begin();
    this.composer.focus();
    this.look();
  }

  take(thread) {
    const before = this.conversation;
    for (const message of thread.messages) this.said.set(message.id, message);
    for (const message of this.said.values()) {
      if (message.mine && thread.seen_until && Number(message.id) <= Number(thread.seen_until)) message.state = "seen";
    }
    const keys = new Set(this.messages.map((each) => each.key));
    this.sending = this.sending.filter((each) => !keys.has(each.key));
    Object.assign(this.state, { status: thread.status, rating: thread.rating });
    if (thread.messages.some((each) => !each.mine)) this.panel.still();
    if (thread.conversation) {
      keep("conversation", thread.conversation);
      this.asking.element.hidden = true;
      if (before !== thread.conversation && !this.stream.stopped) this.stream.again();
      else this.stream.start();
    }
    this.draw();
    this.look();
  }

  // Of one's own message the answer to sending it comes at the same time: then there is nothing to ask.
  hinted({ message }, isLate) {
    if (message && Number(message) <= Number(this.newest())) return;
    if (message && this.posting && !isLate) setTimeout(() => this.hinted({ message }, true), 300);
    else this.pull();
  }

  async pull() {
    if (this.pulling) {
      this.pullAgain = true;
      return;
    }
    this.pulling = true;
    try {
      let more = true;
      while (more) {
        this.pullAgain = false;
        const thread = await ask("GET", "messages", { query: { after: this.newest() } });
        this.take(thread);
        more = thread.has_more || this.pullAgain;
      }
      this.panel.tell("");
    } catch (error) {
      this.fail(error);
      // Something was hinted at while the answer never came.
      if (this.pullAgain) setTimeout(() => this.pull(), 1000);
    } finally {
      this.pulling = false;
    }
  }

  newest() {
    const { messages } = this;
    return messages.length ? messages[messages.length - 1].id : "0";
  }

  send(message) {
    this.sending.push({ ...message, mine: true, state: "sending" });
    this.remember();
    this.draw();
    this.panel.bottom();
    return this.next();
  }

  // One after the other, in the order in which they were written; the same key is one message.
  async next() {
    if (this.posting) return;
    this.posting = true;
    try {
      await this.begin();
      for (let one; (one = this.sending.find((each) => each.state === "sending")); ) await this.post(one);
    } finally {
      this.posting = false;
      this.remember();
      this.draw();
    }
  }

  async post(message) {
    const { key, text, name, email, files = [] } = message;
    const told = { key, text, name, email, lang: this.settings.language, after: this.newest(), goes_on: this.conversation };
    try {
      let answer;
      if (files.length) {
        const form = new FormData();
        Object.entries(told).forEach(([field, value]) => value && form.append(field, value));
        files.forEach((file) => form.append("file", file, file.name));
        answer = await ask("POST", "messages", { form });
      } else answer = await ask("POST", "messages", { body: told });
      if (email) this.state.mail = true;
      this.sending = this.sending.filter((each) => each.key !== key);
      this.panel.tell("");
      this.take(answer.thread);
    } catch (error) {
      message.state = "failed";
      if (error.status === 401) this.lost();
      else this.fail(error);
    }
  }

  retryAll() {
    this.sending.forEach((each) => this.again(each));
    if (this.conversation && this.begun) this.pull();
  }

  again(message) {
    message.state = "sending";
    this.draw();
    this.next();
  }

  // Files can't be kept over a page load; texts are, and come with the same key.
  remember() {
    const texts = this.sending.filter((each) => !each.files?.length);
    keep("sending", texts.length ? JSON.stringify(texts) : null);
  }

  types() {
    if (this.conversation) ask("POST", "typing").catch(() => {});
  }

  // What stands on the screen counts as seen; otherwise it is counted on the button.
  look() {
    const answers = this.messages.filter((each) => !each.mine);
    const newest = answers.length ? answers[answers.length - 1].id : "0";
    const seen = Number(kept("seen") || 0);
    const visible = this.panel.isOpen && document.visibilityState === "visible";
    if (visible && Number(newest) > seen) {
      keep("seen", newest);
      ask("POST", "seen", { body: { up_to: newest } }).catch(() => {});
    }
    this.panel.unread(visible ? 0 : answers.filter((each) => Number(each.id) > seen).length);
  }

  fail(error) {
    const told = { 0: "offline", 413: "too_large", 429: "too_much" }[error.status] || "trouble";
    const limit = size(this.settings.most_upload_bytes, this.settings.language);
    this.panel.tell(filled(this.texts[told], { size: limit }));
  }

  lost() {
    this.stream.stop();
    // Another tab may have gone on meanwhile, as whoever signed in there.
    const former = kept("visitor");
    memory.delete(`tillside:${CHANNEL}:visitor`);
    if (kept("visitor") === former) {
      keep("visitor", null);
      keep("conversation", null);
    }
    this.begun = null;
    this.said.clear();
    this.draw();
    if (this.panel.isOpen) this.begin();
  }

  draw() {
    const { texts, settings, panel } = this;
    const all = [{ id: "greeting", text: settings.greeting, author: settings.shop }, ...this.messages, ...this.sending];
    const ids = new Set();
    let place = panel.log.firstChild;
    const lastMine = all.findLast((each) => each.mine);
    for (const message of all) {
      const id = message.mine ? message.key : message.id;
      const look = `${message.state}${message === lastMine}`;
      ids.add(id);
      let held = this.drawn.get(id);
      if (held?.look !== look) {
        const again = () => this.again(message);
        const element = line(message, texts, settings.language, again, () => panel.tell(texts.trouble));
        element.classList.toggle("last", message === lastMine);
        if (held) {
          if (place === held.element) place = element;
          held.element.replaceWith(element);
        }
        held = { look, element };
        this.drawn.set(id, held);
      }
      if (held.element === place) place = place.nextSibling;
      else panel.log.insertBefore(held.element, place);
    }
    for (const [id, held] of this.drawn) {
      if (!ids.has(id)) {
        held.element.remove();
        this.drawn.delete(id);
      }
    }
    this.notice();
    panel.bottom();
  }

  // One thing at a time is asked below the messages, the most useful first.
  notice() {
    const { texts, settings, panel, state } = this;
    const has = this.messages.some((each) => each.mine);
    const answered = this.messages.some((each) => !each.mine);
    const shows = settings.shows.page || settings.shows.cart;
    let wanted = "";
    if (has && state.status === "resolved" && answered && !state.rating) wanted = "rating";
    else if (has && !state.mail && state.availability?.mails_when_away && !answered) wanted = "mail";
    else if (has && shows && !kept("sharing")) wanted = "consent";
    else if (has && kept("sharing") === "yes") wanted = "sharing";
    if (this.noticed === wanted) return;
    // Thanks stand until somebody says something more.
    if (this.noticed === "thanks" && this.thankedAt === this.said.size) return;
    this.noticed = wanted;
    const thank = (text) => {
      this.noticed = "thanks";
      this.thankedAt = this.said.size;
      panel.notices.replaceChildren(make("p", { class: "notice", role: "status" }, text));
    };
    const notices = {
      rating: () => ratingNotice(texts, (n) => {
        state.rating = n;
        thank(texts.rated);
      }),
      mail: () => mailNotice(texts, (email) => {
        state.mail = true;
        thank(filled(texts.mail_saved, { email }));
      }),
      consent: () => consentNotice(texts, (agrees) => {
        keep("sharing", agrees ? "yes" : "no");
        if (agrees) sharePage(settings);
        this.notice();
      }),
      sharing: () => make("p", { class: "sharing" }, texts.sharing, " ",
        make("button", { class: "link", type: "button", click: () => {
          keep("sharing", "no");
          ask("POST", "page", { body: { consent: false } }).catch(() => {});
          this.notice();
        } }, texts.stop)),
    };
    panel.notices.replaceChildren(...(wanted ? [notices[wanted]()] : []));
  }
}
