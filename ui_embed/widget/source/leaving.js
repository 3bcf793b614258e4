// What stands below the messages when it is time: leave an address, say how it was.
function mailNotice(texts, onDone) {
  const input = make("input", { type: "email", autocomplete: "email", maxlength: "254", required: true, dir: "auto" });
  input.value = kept("email") || "";
  const why = make("p", { class: "why", hidden: true }, texts.bad_email);
  const save = async (event) => {
    event.preventDefault();
    const email = input.value.trim();
    why.hidden = Boolean(email) && input.checkValidity();
    if (!why.hidden) return input.focus();
    return ask("POST", "email", { body: { email } }).then(() => {
      keep("email", email);
      onDone(email);
    }, () => {
      why.hidden = false;
    });
  };
  return make("form", { class: "notice", novalidate: true, submit: save },
    make("p", {}, texts.mail_offer), field(texts.email, input, why),
    make("button", { class: "second", type: "submit" }, texts.save));
}

function consentNotice(texts, onAnswer) {
  return make("div", { class: "notice", role: "group", "aria-label": texts.consent },
    make("p", {}, texts.consent),
    make("div", { class: "choices" },
      make("button", { class: "second", type: "button", click: () => onAnswer(true) }, texts.yes),
      make("button", { class: "second", type: "button", click: () => onAnswer(false) }, texts.no)));
}

function ratingNotice(texts, onRated) {
  const rate = (n) => () => ask("POST", "rating", { body: { rating: n } }).then(() => onRated(n), () => {});
  const buttons = [1, 2, 3, 4, 5].map((n) =>
    make("button", { class: "second star", type: "button", "aria-label": filled(texts.stars, { n }), click: rate(n) }, String(n)));
  return make("div", { class: "notice", role: "group", "aria-label": texts.rate },
    make("p", {}, texts.rate), make("div", { class: "choices" }, ...buttons),
    make("p", { class: "ends" }, make("span", {}, texts.worst), make("span", {}, texts.best)));
}
