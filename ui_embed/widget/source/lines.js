// The messages as they stand: text as text, links only to the web, files behind the visitor's token.
const ADDRESS = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/g;

function words(text, withLinks) {
  const paragraph = make("p", { class: "text", dir: "auto" });
  if (!withLinks) {
    paragraph.textContent = text;
    return paragraph;
  }
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const link = { href: found[0], target: "_blank", rel: "noopener noreferrer nofollow" };
    paragraph.append(text.slice(from, found.index), make("a", link, found[0]));
    from = found.index + found[0].length;
  }
  paragraph.append(text.slice(from));
  return paragraph;
}

function fileButton(file, texts, language, onTrouble) {
  const name = make("bdi", {}, file.name);
  if (!file.key || file.refused) return make("span", { class: "file" }, name);
  const open = async () => {
    try {
      const address = URL.createObjectURL(await fetchFile(file));
      make("a", { href: address, download: file.name }).click();
      setTimeout(() => URL.revokeObjectURL(address), 60000);
    } catch {
      onTrouble();
    }
  };
  const label = filled(texts.download, { name: file.name });
  return make("button", { class: "file", type: "button", "aria-label": label, click: open },
    drawing("clip"), name, make("small", {}, size(file.size_bytes, language)));
}

// One message. `onAgain` sends a failed one once more.
function line(message, texts, language, onAgain, onTrouble) {
  const who = message.mine ? texts.you : message.author;
  const element = make("div", { class: message.mine ? "line mine" : "line" });
  const author = make("p", { class: message.mine ? "author quiet" : "author" }, make("bdi", {}, who || ""));
  const bubble = make("div", { class: "bubble" });
  if (message.text) bubble.append(words(message.text, !message.mine));
  for (const file of message.files || []) bubble.append(fileButton(file, texts, language, onTrouble));
  const foot = make("p", { class: "foot" });
  if (message.at) foot.append(make("time", { datetime: message.at }, clock(message.at, language)));
  element.append(author, bubble, foot);
  if (message.mine) {
    foot.append(make("span", { class: "state" }, texts[message.state] || ""));
    if (message.state === "failed") {
      element.classList.add("failed");
      foot.append(make("button", { type: "button", class: "link", click: onAgain }, texts.again));
    }
  }
  return element;
}
