// What begins it: a form where the tag names a place for one, else the chat. Nothing is kept before.
async function beginForm() {
  const place = document.querySelector(TAG.dataset.form);
  if (place) new ContactForm(await ask("GET", "form", { query: { lang: LANGUAGE } }), place);
}

function showInvitation(chat, text) {
  const { panel, texts } = chat;
  if (panel.isOpen || chat.conversation) return;
  const decline = () => {
    keep("declined", "yes");
    panel.bubble.hidden = true;
  };
  const accept = () => {
    keep("declined", "yes");
    panel.open();
  };
  panel.bubble.replaceChildren(
    make("button", { class: "invited", type: "button", click: accept }, text),
    make("button", { class: "plain", type: "button", "aria-label": texts.dismiss, click: decline }, drawing("close")));
  panel.bubble.hidden = false;
}

async function beginChat() {
  const chat = new Conversation(await ask("GET", "settings", { query: { lang: LANGUAGE } }));
  if (kept("conversation") || kept("sending")) chat.begin();
  if (kept("open")) chat.panel.open();
  else invite(chat.settings.invitation, (text) => showInvitation(chat, text)).catch(() => {});
}

function begin() {
  const done = TAG.dataset.form ? beginForm() : document.querySelector("tillside-chat") ? null : beginChat();
  done?.catch(() => {});
}

if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin);
else begin();
