// The inbox: rows, the open conversation, and what comes live. Nothing moves under who reads.

import { startComposer } from "./inbox-composer.js";
import { changesList, changesThread } from "./inbox-hints.js";
import { inboxKeys, leftField } from "./inbox-keys.js";
import { startPresence } from "./inbox-presence.js";
import { addKeys } from "./keys.js";

const SETTLE_MS = 300;
const LIST_EVERY_MS = 2_000;
const NEAR_PX = 48;

let listTimer = null;
let listedAt = 0;
let newest = 0;
let wasAtEnd = true;
let shownId = null;
let room = 0;

const byId = (id) => document.getElementById(id);
const conversation = () => byId("conversation");
const openId = () => conversation()?.dataset.open ?? null;

function refresh(id) {
  byId(id)?.dispatchEvent(new CustomEvent("tillside:refresh"));
}

/** Whether somebody has eyes or hands on the list: then it says that there is news, and waits. */
function listIsRead() {
  const list = byId("inbox-list");
  const rows = byId("inbox-rows");
  if (!rows?.checkVisibility()) return false;
  const hasMore = byId("further-rows")?.querySelector(".inbox-row");
  return hasMore || rows.scrollTop > NEAR_PX || list.matches(":hover, :focus-within");
}

function refreshList() {
  byId("inbox-news")?.setAttribute("hidden", "");
  listedAt = Date.now();
  refresh("inbox-rows");
}

function listHasNews() {
  if (listTimer) return;
  const wait = Math.max(SETTLE_MS, listedAt + LIST_EVERY_MS - Date.now());
  listTimer = setTimeout(() => {
    listTimer = null;
    if (!byId("inbox-rows")) return;
    if (listIsRead()) byId("inbox-news")?.removeAttribute("hidden");
    else refreshList();
  }, wait);
}

function markCurrent() {
  const id = openId();
  for (const row of document.querySelectorAll(".inbox-row")) {
    const is = row.dataset.conversation === id;
    if (is) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
    if (is) row.classList.remove("is-unread");
  }
}

const place = () => byId("thread-scroll");
const isAtEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;

function toEnd() {
  const box = place();
  if (box) box.scrollTop = box.scrollHeight;
  byId("to-newest")?.setAttribute("hidden", "");
}

/** The composer grows as it is written in: who saw the newest message still sees it. */
const sizes = new ResizeObserver(() => {
  const box = place();
  if (!box?.clientHeight) return;
  const sawEnd = box.scrollHeight - box.scrollTop - room < NEAR_PX;
  room = box.clientHeight;
  if (sawEnd) toEnd();
});

function watchRoom() {
  const box = place();
  sizes.disconnect();
  room = box?.clientHeight ?? 0;
  if (box) sizes.observe(box);
}

/** What is told of a conversation, and taken back by a press, goes with it. */
function dropToast() {
  const told = byId("toast")?.firstElementChild;
  if (told && told.dataset.of !== openId()) told.remove();
}

const numbers = () =>
  [...document.querySelectorAll("#thread > [data-message]")].map((row) => Number(row.dataset.message));

/** Say what came, and show it unless somebody reads further up. */
function showNews() {
  const before = newest;
  newest = Math.max(newest, ...numbers());
  const fresh = [...document.querySelectorAll("#thread > .message")].filter(
    (row) => Number(row.dataset.message) > before,
  );
  if (!before || !fresh.length) return;
  for (const row of fresh) row.classList.add("is-new");
  const asked = fresh.some((row) => row.classList.contains("is-customer"));
  const log = byId("thread-news");
  if (asked && log) log.textContent = `${log.dataset.word}: ${fresh.at(-1).textContent.slice(0, 200)}`;
  if (wasAtEnd) toEnd();
  else byId("to-newest")?.removeAttribute("hidden");
}

/** A conversation was opened, or the page stands for the first time. */
function opened() {
  const id = openId();
  if (id === shownId) return;
  shownId = id;
  newest = Math.max(0, ...numbers());
  markCurrent();
  toEnd();
  watchRoom();
  // Not by itself as it loads: who looks, and in which language, has to go along.
  refresh("beside");
  document.dispatchEvent(new CustomEvent("tillside:conversation", { detail: { id } }));
}

function closeMenus(but = null) {
  for (const menu of document.querySelectorAll(".menu[open]")) if (menu !== but) menu.open = false;
}

function beforeSwap({ detail: { ctx } }) {
  if (ctx?.target?.id === "thread") wasAtEnd = isAtEnd(place());
  if (ctx?.target?.classList?.contains("more")) ctx.heightBefore = place()?.scrollHeight;
}

function afterSwap({ detail: { ctx } }) {
  if (!byId("inbox")) {
    if (shownId !== null) {
      shownId = null;
      document.dispatchEvent(new CustomEvent("tillside:conversation", { detail: { id: null } }));
    }
    return;
  }
  dropToast();
  const source = ctx?.sourceElement;
  if (source?.closest?.("[data-act]")) acted();
  if (source?.matches?.("[data-earlier]") && place()) place().scrollTop += place().scrollHeight - ctx.heightBefore;
  markCurrent();
  if (openId() !== shownId) {
    opened();
    const narrow = source?.matches?.(".inbox-row") && !source.checkVisibility();
    if (narrow) conversation().focus({ preventScroll: true });
  } else {
    showNews();
  }
}

function acted() {
  const menu = document.querySelector(".menu[open] > summary");
  closeMenus();
  refreshList();
  refresh("thread");
  refresh("beside");
  const { activeElement } = document;
  // What was pressed may be gone: then the next place to go on from.
  if (activeElement && activeElement !== document.body && activeElement.checkVisibility()) return;
  (menu ?? byId("conversation-title"))?.focus({ preventScroll: true });
}

function hear(news) {
  if (!byId("inbox")) return;
  const { kind, subject_id: subject } = news;
  if (changesList(news)) listHasNews();
  if (changesThread(news, openId(), newest)) refresh("thread");
  if (kind === "profile" && subject === byId("beside-body")?.dataset.profile) refresh("beside");
}

/** The mail as it was sent: each time it is unfolded by a new link, which is good for minutes. */
function unfolded({ target }) {
  const place = target.matches?.(".as-sent") && target.querySelector(".mail-place");
  if (!place) return;
  if (target.open) htmx.ajax("GET", place.dataset.mail, { target: place, swap: "innerHTML" });
  else place.replaceChildren();
}

function clicked(event) {
  const { target } = event;
  const menu = target.closest?.(".menu");
  closeMenus(menu);
  if (target.closest?.("#inbox-news")) {
    byId("inbox-rows").scrollTop = 0;
    refreshList();
  } else if (target.closest?.("#to-newest")) {
    toEnd();
  } else if (target.closest?.("[data-beside]")) {
    showPerson();
  }
}

export function showPerson() {
  const shown = conversation()?.classList.toggle("shows-person");
  for (const button of document.querySelectorAll("[data-beside]")) {
    button.setAttribute("aria-expanded", String(Boolean(shown)));
  }
}

let isStarted = false;

/** Once, when the inbox is first on the page. */
export function startInbox() {
  if (isStarted) return;
  isStarted = true;
  document.addEventListener("htmx:before:swap", beforeSwap);
  document.addEventListener("htmx:after:swap", afterSwap);
  document.addEventListener("click", clicked);
  document.addEventListener("toggle", unfolded, true);
  document.addEventListener("tillside:news", ({ detail }) => hear(detail));
  document.addEventListener("tillside:left", ({ detail }) => leftField(detail));
  addKeys(inboxKeys);
  startComposer();
  startPresence();
  opened();
  document.documentElement.dataset.inbox = "ready";
}
