// The empty page that a frame begins with: filled with what was asked for, or with why it isn't.

/** Put a whole document's title, language and content in this one's place. Its scripts don't run. */
export function adopt(text) {
  const loaded = new DOMParser().parseFromString(text, "text/html");
  const { lang, dir } = loaded.documentElement;
  Object.assign(document.documentElement, { lang, dir });
  document.title = loaded.title;
  document.body.replaceChildren(...loaded.body.childNodes);
  globalThis.htmx?.process(document.body);
}

/** Say why nothing comes; the sentences stand on the page already. */
export function say(reason) {
  const shell = document.getElementById("shell");
  if (!shell) return;
  for (const part of shell.children) part.hidden = part.dataset.say !== reason;
}
