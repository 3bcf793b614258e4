// Who else reads or writes here; and that we do, told now and then while it is so.

import { fetchAs } from "./host.js";
import { watch } from "./live.js";

const READING_EVERY_MS = 30_000;
const WRITING_EVERY_MS = 4_000;
const WRITES_FOR_MS = 8_000;
const READS_FOR_MS = 50_000;

let id = null;
let wroteAt = 0;
const others = new Map();
let typesUntil = 0;

const line = () => document.getElementById("who-else");

async function tell(state, keepalive = false, about = id) {
  if (!about || (document.hidden && state !== "left")) return;
  const body = new FormData();
  body.set("state", state);
  const response = await fetchAs(`/inbox/${about}/here`, { method: "POST", body, keepalive }).catch(() => null);
  if (!response?.ok || about !== id) return;
  const told = await response.json().catch(() => ({ others: [] }));
  for (const other of told.others) note(other.id, other.state);
  show();
}

function note(agent, state) {
  if (state === "left" || state === "offline") others.delete(agent);
  else others.set(agent, { state, until: Date.now() + (state === "writing" ? WRITES_FOR_MS : READS_FOR_MS) });
}

function nameOf(agent) {
  return document.querySelector(`#agents-list [data-agent="${CSS.escape(agent)}"]`)?.textContent;
}

function show() {
  const place = line();
  if (!place) return;
  const now = Date.now();
  const said = [];
  if (now < typesUntil) said.push(place.dataset.types);
  for (const [agent, { state, until }] of others) {
    const name = nameOf(agent);
    if (now > until) others.delete(agent);
    else if (name) said.push((state === "writing" ? place.dataset.writes : place.dataset.reads).replace("{name}", name));
  }
  const text = said.join(" ");
  if (place.textContent !== text) place.textContent = text;
}

function hear({ kind, subject_id: subject, data }) {
  if (subject !== id || !data?.who) return;
  const [what, agent] = data.who.split(":");
  if (kind === "typing" && what === "visitor") typesUntil = Date.now() + WRITES_FOR_MS;
  else if (kind === "typing" && what === "agent") note(agent, "writing");
  else if (kind === "presence" && what === "agent") note(agent, data.state);
  else return;
  show();
}

export function startPresence() {
  document.addEventListener("tillside:conversation", ({ detail }) => {
    if (id && id !== detail.id) tell("left", true, id);
    id = detail.id;
    others.clear();
    typesUntil = 0;
    watch(...(id ? [id] : []));
    tell("reading");
  });
  document.addEventListener("input", ({ target }) => {
    if (target.id !== "composer-text" || Date.now() - wroteAt < WRITING_EVERY_MS) return;
    wroteAt = Date.now();
    // A note is nobody's business but the team's: the customer must not see us typing it.
    tell(document.getElementById("composer")?.dataset.mode === "note" ? "reading" : "writing");
  });
  setInterval(() => tell("reading"), READING_EVERY_MS);
  setInterval(show, 2_000);
  window.addEventListener("pagehide", () => tell("left", true));
  document.addEventListener("tillside:news", ({ detail }) => hear(detail));
}
