// What an agent does on a person's page, notes and tags: what was typed stays until it is kept, the
// way back stays through refreshes for a while, and the focus is never lost.

const UNDO_FOR_MS = 60_000;
const { DOCUMENT_POSITION_FOLLOWING: AFTER, DOCUMENT_POSITION_CONTAINED_BY: INSIDE } = Node;
const HELD = ["note-list", "tags"];

let wantsNote = false;
const timers = new Map();
const places = new WeakMap();

const isOwn = (element) => Boolean(element?.closest?.("[data-own]"));
const byId = (id) => document.getElementById(id);

/** Whether a refused request must leave the page as it is. */
export function leavesThePage({ sourceElement, response }) {
  return isOwn(sourceElement) && response.status >= 400 && response.status !== 422;
}

/** The field of a new note, after its part of the page was opened where it isn't. */
export function writeNote() {
  const field = byId("note-text");
  wantsNote = !field;
  if (!field) return byId("tab-notes")?.click();
  field.focus();
  field.scrollIntoView({ block: "nearest" });
}

/** A refresh must not take the way back away while somebody may still want it. */
function hold() {
  for (const id of HELD) {
    byId(id)?.setAttribute("hx-morph-skip", "");
    clearTimeout(timers.get(id));
    timers.set(id, setTimeout(() => byId(id)?.removeAttribute("hx-morph-skip"), UNDO_FOR_MS));
  }
}

/** Where the focus goes when the element that had it is gone; nowhere where it wasn't ours. */
function landing({ own, row, list, at, order }) {
  if (order) return document.querySelector(`#${CSS.escape(order)} > summary`);
  if (list) {
    const rows = [...list.querySelectorAll("[data-row], button")];
    const first = list.children[at];
    return rows.find((each) => first?.compareDocumentPosition(each) & (AFTER | INSIDE));
  }
  return own ? (byId(row)?.querySelector("[data-lands]") ?? byId("tag-text")) : null;
}

function beforeSwap({ detail: { ctx } }) {
  const source = ctx.sourceElement;
  const more = source?.closest?.(".more");
  const row = source?.closest?.(".note-row, .tags")?.id;
  const place = { own: isOwn(source), row, order: source?.dataset?.order };
  if (more) {
    place.list = more.parentElement;
    place.at = [...place.list.children].indexOf(more);
  }
  places.set(ctx, place);
  if (!place.own) return;
  for (const id of HELD) byId(id)?.removeAttribute("hx-morph-skip");
  if (ctx.response.status < 400 && source.matches("#note-form, #tag-form")) source.reset();
}

function afterSwap({ detail: { ctx } }) {
  if (wantsNote && byId("note-text")) writeNote();
  const place = places.get(ctx);
  if (!place) return;
  if (place.own) hold();
  const { activeElement } = document;
  if (activeElement && activeElement !== document.body) return;
  const there = landing(place);
  there?.focus({ preventScroll: true });
  if (place.order) there?.scrollIntoView({ block: "center" });
}

export function watchOwn() {
  document.addEventListener("htmx:before:swap", beforeSwap);
  document.addEventListener("htmx:after:swap", afterSwap);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.target.closest?.("#note-form")?.requestSubmit();
  });
}
