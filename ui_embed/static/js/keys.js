// The pages by keyboard: j k move, o opens, n writes a note, y n u answer suggestions, / searches,
// ? lists the keys.

import { answer, takeBack } from "./answers.js";
import { writeNote } from "./own.js";

const TYPING = "input, textarea, select, [contenteditable]";

function rows() {
  // In the inbox the keys go along the list, whatever stands beside it.
  const list = document.getElementById("inbox-rows") ?? document;
  return [...list.querySelectorAll("[data-row]")].filter((row) => row.checkVisibility());
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement?.closest("[data-row]"));
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
  all[next].focus();
  all[next].scrollIntoView({ block: "nearest" });
}

function open() {
  const row = document.activeElement?.closest("[data-row]");
  (row?.querySelector("[data-open]") ?? row)?.click();
}

function search() {
  const field = document.getElementById("search");
  field?.focus();
  field?.select();
}

function showKeys() {
  const dialog = document.getElementById("keys");
  if (dialog?.open) dialog.close();
  else dialog?.showModal();
}

const ACTIONS = {
  j: () => move(1),
  k: () => move(-1),
  o: open,
  y: () => answer("yes"),
  n: () => answer("no") || writeNote(),
  u: takeBack,
  "/": search,
  "?": showKeys,
};

const further = new Set();

/** Ask a function first what a key does; it gives what does it, or null. Done is what isn't false. */
export function addKeys(actionOf) {
  further.add(actionOf);
}

function act(key) {
  for (const actionOf of further) {
    const action = actionOf(key);
    if (action && action() !== false) return true;
  }
  const action = ACTIONS[key];
  action?.();
  return Boolean(action);
}

export function listenToKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest?.(TYPING)) {
      if (event.key === "Escape") {
        event.target.blur();
        document.dispatchEvent(new CustomEvent("tillside:left", { detail: event.target }));
      }
      return;
    }
    if (document.querySelector("dialog[open]") && event.key !== "?") return;
    if (act(event.key)) event.preventDefault();
  });
}
