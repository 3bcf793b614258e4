// Writing: what is typed stays in this browser until it is surely kept, and goes out once.

import { drafts } from "./inbox-drafts.js";
import { listenToPicker, taken } from "./inbox-picker.js";
import { fetchAs, spokenLanguage } from "./host.js";

const HOLD_MS = 5_000;
// What a canned answer couldn't fill in is marked so.
const UNFILLED = /⟨[^⟩]*⟩/;

const sending = new Map();
let files = [];

const form = () => document.getElementById("composer");
const field = () => document.getElementById("composer-text");
const modeOf = (of) => of.dataset.mode;
const idOf = (of) => of.dataset.composer;

/** Write an answer or a note: false where nothing can be written. */
export function write(mode) {
  const of = form();
  if (!of) return false;
  if (mode === "answer" && !of.querySelector('[data-write="answer"]')) mode = "note";
  setMode(of, mode);
  document.getElementById("conversation")?.classList.remove("shows-person");
  field().focus();
  return true;
}

/** Put a text where the cursor stands. */
export function insert(text) {
  const at = field();
  if (!at) return;
  at.focus();
  at.setRangeText(text, at.selectionStart, at.selectionEnd, "end");
  at.dispatchEvent(new Event("input", { bubbles: true }));
}

function setMode(of, mode) {
  if (modeOf(of) === mode) return;
  of.dataset.mode = mode;
  for (const tab of of.querySelectorAll("[data-write]")) {
    tab.setAttribute("aria-pressed", String(tab.dataset.write === mode));
  }
  for (const part of of.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== mode;
  field().placeholder = mode === "note" ? field().dataset.noteHint : field().dataset.answerHint;
  fill(of);
}

/** What was typed before, and its key: the same until it is surely kept. */
function fill(of) {
  const kept = drafts.get(idOf(of), modeOf(of));
  field().value = kept?.text ?? "";
  if (kept?.key) keyField(of).value = kept.key;
  say("");
}

const keyField = (of) => of.elements[modeOf(of) === "note" ? "note_key" : "key"];

function save(of) {
  const text = field().value;
  drafts.set(idOf(of), modeOf(of), text.trim() ? { text, key: keyField(of).value } : null);
  const state = document.getElementById("draft-state");
  if (state) state.textContent = text.trim() ? state.dataset.kept : "";
}

function say(sentence) {
  const place = document.getElementById("composer-why");
  if (!place) return;
  place.replaceChildren();
  if (!sentence) return;
  const line = document.createElement("p");
  line.className = "why";
  line.textContent = sentence;
  place.append(line);
}

function newKey() {
  return crypto.randomUUID().replaceAll("-", "");
}

function packed(of, then) {
  const body = new FormData(of);
  body.set("then", then || "pending");
  for (const name of ["note_key", "key"]) if (of.elements[name] !== keyField(of)) body.delete(name);
  for (const file of files) body.append("file", file.key);
  for (const id of taken) body.append("canned", id);
  for (const one of of.querySelectorAll("#agents-list [data-agent]")) {
    if (modeOf(of) === "note" && field().value.includes(`@${one.textContent}`)) {
      body.append("mention", one.dataset.agent);
    }
  }
  return body;
}

function submit(event) {
  const of = event.target;
  if (of.id !== "composer") return;
  event.preventDefault();
  const id = idOf(of);
  if (sending.has(id)) return;
  if (!field().value.trim() && !files.length) return field().focus();
  save(of);
  const unfilled = UNFILLED.exec(field().value);
  if (unfilled && modeOf(of) === "answer") {
    say(of.dataset.unfilled);
    field().focus();
    return field().setSelectionRange(unfilled.index, unfilled.index + unfilled[0].length);
  }
  const isNote = modeOf(of) === "note";
  const job = {
    id,
    mode: modeOf(of),
    text: field().value,
    key: keyField(of).value,
    address: isNote ? of.dataset.note : of.action,
    body: packed(of, event.submitter?.value),
  };
  sending.set(id, job);
  if (isNote || "live" in of.dataset) send(job);
  else hold(job);
}

function hold(job) {
  showHeld(true);
  job.timer = setTimeout(() => send(job), HOLD_MS);
}

function showHeld(is) {
  const bar = document.getElementById("sending-bar");
  if (!bar) return;
  bar.hidden = !is;
  if (is) bar.querySelector("[data-unsend]").focus();
}

function unsend() {
  const of = form();
  const job = of && sending.get(idOf(of));
  if (!job?.timer) return;
  clearTimeout(job.timer);
  sending.delete(job.id);
  showHeld(false);
  field().focus();
}

async function send(job) {
  job.timer = null;
  const headers = { "HX-Request-Type": "partial", "Accept-Language": spokenLanguage() };
  let response;
  let told = {};
  try {
    response = await fetchAs(job.address, { method: "POST", body: job.body, headers, keepalive: job.leaves });
    told = await response.json();
  } catch {
    return failed(job, null);
  }
  if (!response.ok) return failed(job, told.error?.message);
  done(job, told);
}

/** Its form, while that conversation is the open one. */
function formOf(job) {
  const of = form();
  return of && idOf(of) === job.id ? of : null;
}

function done(job, told) {
  sending.delete(job.id);
  taken.clear();
  const of = formOf(job);
  // What went out under this key may be an older text than this one.
  const isOther = told.is_repeat && job.tried && job.tried !== job.text;
  drafts.set(job.id, job.mode, isOther ? { text: job.text, key: newKey() } : null);
  if (of) {
    showHeld(false);
    files = isOther ? files : [];
    showFiles();
    if (modeOf(of) === job.mode) {
      keyField(of).value = newKey();
      fill(of);
      if (isOther) say(of.dataset.older);
      else field().focus();
    }
    const state = document.getElementById("draft-state");
    if (state) state.textContent = "";
  }
  document.getElementById("thread")?.dispatchEvent(new CustomEvent("tillside:refresh"));
  document.getElementById("inbox-rows")?.dispatchEvent(new CustomEvent("tillside:refresh"));
}

function failed(job, sentence) {
  sending.delete(job.id);
  drafts.set(job.id, job.mode, { text: job.text, key: job.key, tried: job.text });
  const of = formOf(job);
  if (!of) return;
  showHeld(false);
  say(sentence || of.dataset.unsent);
  field().focus();
}

async function upload(chosen) {
  const of = form();
  const address = of?.dataset.upload;
  if (!address) return;
  const id = idOf(of);
  for (const file of chosen) {
    const body = new FormData();
    body.append("file", file);
    const channel = of.elements.channel?.value;
    if (channel) body.append("channel", channel);
    body.append("conversation", id);
    const response = await fetchAs(address, { method: "POST", body }).catch(() => null);
    const told = await response?.json().catch(() => null);
    if (!form() || idOf(form()) !== id) return;
    const kept = told?.attachment ?? told;
    if (response?.ok && kept?.key) files.push({ key: kept.key, name: file.name });
    else say(told?.error?.message || of.dataset.unkept);
    showFiles();
  }
}

function showFiles() {
  const list = document.getElementById("composer-files");
  if (!list) return;
  list.replaceChildren(
    ...files.map((file, at) => {
      const item = document.createElement("li");
      item.className = "file";
      const name = document.createElement("bdi");
      name.className = "file-name";
      name.textContent = file.name;
      const off = document.createElement("button");
      off.type = "button";
      off.textContent = "×";
      off.setAttribute("aria-label", `${form().dataset.drop} ${file.name}`);
      off.addEventListener("click", () => {
        files.splice(at, 1);
        showFiles();
      });
      item.append(name, off);
      return item;
    }),
  );
}

function opened() {
  files = [];
  const of = form();
  if (!of) return;
  const mode = drafts.mode(idOf(of));
  if (mode && mode !== modeOf(of) && of.querySelector(`[data-write="${mode}"]`)) setMode(of, mode);
  else fill(of);
  showHeld(Boolean(sending.get(idOf(of))?.timer));
}

/** Whoever leaves the page has sent what they pressed send for. */
function leave() {
  for (const job of sending.values()) {
    if (!job.timer) continue;
    clearTimeout(job.timer);
    job.leaves = true;
    send(job);
  }
}

function clicked({ target }) {
  const tab = target.closest?.("[data-write]");
  if (tab) write(tab.dataset.write);
  else if (target.closest?.("[data-unsend]")) unsend();
  const text = target.closest?.("[data-use]")?.dataset.use;
  if (text && write("answer")) insert(text);
}

export function startComposer() {
  document.addEventListener("tillside:conversation", opened);
  document.addEventListener("submit", submit);
  document.addEventListener("click", clicked);
  document.addEventListener("input", ({ target }) => {
    if (target.id === "composer-text") save(form());
  });
  document.addEventListener("change", ({ target }) => {
    if (!target.matches?.("[data-files]")) return;
    upload([...target.files]);
    target.value = "";
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    const of = event.target.closest?.("#composer, #begin-form");
    if (of) of.requestSubmit(of.querySelector(modeOf(of) ? `[data-for="${modeOf(of)}"] .main` : ".main"));
  });
  window.addEventListener("pagehide", leave);
  listenToPicker();
  drafts.tidy();
}
