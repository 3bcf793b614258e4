// News from the store, as it comes: a stream read by fetch, since EventSource can't say who we are.

import { fetchAs } from "./host.js";

const PATH = "/api/v1/live";
const SOONEST_MS = 1_000;
const LATEST_MS = 120_000;
const SETTLE_MS = 150;
const LISTS_EVERY_MS = 2_000;
const FIGURES_EVERY_MS = 10_000;
const REOPEN = "reopen";

let lastId = null;
let live = false;
let watched = "";
let opened = null;
const due = new Map();
const done = new Map();

/** Let an element read itself again, at most once in a while; the sooner wish counts. */
function refresh(id, everyMs = 0) {
  if (!document.getElementById(id)) return;
  const wait = Math.max(SETTLE_MS, (done.get(id) ?? 0) + everyMs - Date.now());
  const held = due.get(id);
  if (held && held.at <= Date.now() + wait) return;
  clearTimeout(held?.timer);
  const timer = setTimeout(() => {
    due.delete(id);
    const element = document.getElementById(id);
    // What somebody asked for comes first: its answer says from where to read on.
    if (element?.querySelector("[hx-post].htmx-request")) return refresh(id, everyMs);
    done.set(id, Date.now());
    element?.dispatchEvent(new CustomEvent("tillside:refresh"));
  }, wait);
  due.set(id, { at: Date.now() + wait, timer });
}

export function refreshAll() {
  document.dispatchEvent(new CustomEvent("tillside:news", { detail: { kind: "resync" } }));
  refresh("person");
  refresh("people", LISTS_EVERY_MS);
  refresh("stores", LISTS_EVERY_MS);
  refresh("health", LISTS_EVERY_MS);
}

// What an inbox or a conversation that is open makes of it by itself.
const OF_CONVERSATIONS = new Set(["conversation", "typing", "presence", "online"]);

function take(news) {
  const { kind, subject_id: subject } = news;
  document.dispatchEvent(new CustomEvent("tillside:news", { detail: news }));
  if (OF_CONVERSATIONS.has(kind)) {
    if (document.querySelector(`#person [data-conversation="${CSS.escape(subject)}"]`)) {
      refresh("person", LISTS_EVERY_MS);
    }
    return;
  }
  if (kind !== "profile") return refreshAll();
  if (document.getElementById("person")?.dataset.profile === subject) refresh("person");
  refresh("people", LISTS_EVERY_MS);
  refresh("health", FIGURES_EVERY_MS);
}

/** Hear who reads and writes these conversations too; the stream is opened again for it. */
export function watch(...conversations) {
  const wanted = conversations.map(String).sort().join(",");
  if (wanted === watched) return;
  watched = wanted;
  opened?.abort(REOPEN);
}

/** Write the stream's state where the page says how fresh it is. */
export function showLive() {
  for (const place of document.querySelectorAll(".fresh")) {
    const word = place.querySelector(".fresh-word");
    const isLive = live && Boolean(place.dataset.canLive);
    place.classList.toggle("is-live", isLive);
    if (isLive) word.textContent = place.dataset.canLive;
  }
}

function setLive(state) {
  if (live === state) return;
  live = state;
  if (live) showLive();
  else refreshAll();
}

/** The events of a stream: `{event, data}` each. */
async function* events(body) {
  let rest = "";
  for await (const chunk of chunks(body)) {
    const blocks = (rest + chunk).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const fields = {};
      for (const line of block.split("\n")) {
        const colon = line.indexOf(": ");
        if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 2);
      }
      if (fields.id) lastId = fields.id;
      if (fields.event) yield fields;
    }
  }
}

async function* chunks(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done: ended, value } = await reader.read();
    if (ended) return;
    yield value;
  }
}

/** Read one stream to its end. True when it ended as it should and is to be opened again at once. */
async function listen(signal) {
  const headers = { Accept: "text/event-stream" };
  if (lastId) headers["Last-Event-ID"] = lastId;
  const path = watched ? `${PATH}?conversation=${watched}` : PATH;
  const response = await fetchAs(path, { headers, signal, cache: "no-store" });
  if (!response.ok || !response.body) return false;
  setLive(true);
  for await (const { event, data } of events(response.body)) {
    if (event === "changed") take(JSON.parse(data));
    else return event === "again";
  }
  return false;
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function visible() {
  if (!document.hidden) return;
  await new Promise((resolve) => {
    document.addEventListener("visibilitychange", resolve, { once: true });
  });
}

/** Listen for as long as the page stands; without a stream ask now and then, ever less often. */
export async function startLive() {
  let wait = SOONEST_MS;
  let stop = new AbortController();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) stop.abort();
  });
  for (;;) {
    await visible();
    opened = stop = new AbortController();
    const since = Date.now();
    const again = await listen(stop.signal).catch(() => false);
    if (again || stop.signal.reason === REOPEN) continue;
    if (Date.now() - since > SOONEST_MS * 10) wait = SOONEST_MS;
    if (stop.signal.aborted) {
      await visible();
      refreshAll();
      continue;
    }
    setLive(false);
    await sleep(wait);
    wait = Math.min(wait * 2, LATEST_MS);
    if (!document.hidden) refreshAll();
  }
}
