// Choosing a text (/ at the beginning of a line) or a colleague (@ in a note) while writing.

import { fetchAs, spokenLanguage } from "./host.js";

const SETTLE_MS = 150;

let offers = [];
let chosen = 0;
let kind = null;
let begun = 0;
let timer = null;
let asked = 0;
let isSettled = true;
let wantsFirst = false;

/** Ids of the texts that were taken for what is written now. */
export const taken = new Set();

const picker = () => document.getElementById("picker");
const finder = () => document.getElementById("picker-find");
// In a conversation, or in the message that begins one.
const field = () => document.querySelector("#composer-text, #begin-text");
const form = () => document.querySelector("#composer, #begin-form");

function open(what, from) {
  if (!picker()) return;
  kind = what;
  begun = from;
  wantsFirst = false;
  picker().hidden = false;
  finder().value = "";
  finder().focus();
  offers = [];
  show();
  look();
}

function close(backToText = true) {
  if (!picker() || picker().hidden) return;
  picker().hidden = true;
  kind = null;
  if (backToText) field().focus();
}

async function look() {
  isSettled = false;
  const words = finder().value.trim();
  const mine = ++asked;
  const found = kind === "agents" ? agents(words) : await texts(words);
  if (mine !== asked || !kind) return;
  offers = found;
  chosen = 0;
  isSettled = true;
  show();
  if (wantsFirst) take(0);
}

function agents(words) {
  const wanted = words.toLowerCase();
  return [...document.querySelectorAll("#agents-list [data-agent]")]
    .map((one) => ({ title: one.textContent, text: `@${one.textContent} ` }))
    .filter(({ title }) => title.toLowerCase().includes(wanted));
}

async function texts(words) {
  const told = new FormData(form());
  const query = new URLSearchParams({ q: words });
  for (const name of form().dataset.with?.split(" ") ?? []) query.set(name, told.get(name) ?? "");
  const address = `${form().dataset.canned}?${query}`;
  const headers = { "Accept-Language": spokenLanguage() };
  const response = await fetchAs(address, { headers }).catch(() => null);
  if (!response?.ok) return [];
  const { answers } = await response.json();
  return answers.map((one) => ({ id: one.id, title: one.name, hint: one.shortcut, text: one.text }));
}

function show() {
  const list = document.getElementById("picker-list");
  list.replaceChildren(
    ...offers.map((one, at) => {
      const item = document.createElement("li");
      item.id = `pick-${at}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(at === chosen));
      const title = document.createElement("bdi");
      title.textContent = one.hint ? `${one.title} · /${one.hint}` : one.title;
      item.append(title);
      if (one.hint) {
        const text = document.createElement("bdi");
        text.className = "pick-text";
        text.textContent = one.text;
        item.append(text);
      }
      item.addEventListener("mousedown", (event) => {
        event.preventDefault();
        take(at);
      });
      return item;
    }),
  );
  picker().querySelector("[data-none]").hidden = offers.length > 0;
  finder().setAttribute("aria-activedescendant", offers.length ? `pick-${chosen}` : "");
  list.children[chosen]?.scrollIntoView({ block: "nearest" });
}

function take(at) {
  const one = offers[at];
  if (!one) return;
  const text = field();
  close();
  text.setRangeText(one.text, begun, text.selectionEnd, "end");
  const kept = form().elements.canned;
  if (one.id && kept) kept.value = `${kept.value} ${one.id}`.trim();
  else if (one.id) taken.add(one.id);
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function move(step) {
  if (!offers.length) return;
  chosen = (chosen + step + offers.length) % offers.length;
  show();
}

const KEYS = {
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  // Whoever types quickly means what was typed, not what was found before it.
  Enter: () => (isSettled ? take(chosen) : (wantsFirst = true)),
  Escape: () => close(),
};

function typed({ target, data, inputType }) {
  if (target.id === "picker-find") {
    clearTimeout(timer);
    isSettled = wantsFirst = false;
    // Colleagues are here already: who types on at once has named them.
    if (kind === "agents") look();
    else timer = setTimeout(() => look(), SETTLE_MS);
    return;
  }
  if (target !== field() || inputType !== "insertText") return;
  const at = target.selectionStart - 1;
  const before = at > 0 ? target.value[at - 1] : "\n";
  if (data === "/" && before === "\n") open("texts", at);
  if (data === "@" && /\s/.test(before) && form().dataset.mode === "note") open("agents", at);
}

export function listenToPicker() {
  document.addEventListener("input", typed);
  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "picker-find" || !KEYS[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    KEYS[event.key]();
  });
  document.addEventListener("click", ({ target }) => {
    if (target.closest?.("[data-pick]")) open("texts", field().selectionStart);
    else if (!target.closest?.("#picker")) close(false);
  });
}
