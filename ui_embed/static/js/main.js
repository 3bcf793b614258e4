import { watchAnswers } from "./answers.js";
import { watchChanges } from "./changes.js";
import { startClock } from "./clock.js";
import { watchFiles } from "./files.js";
import { fetchAs, host, spokenLanguage, tidyAddress } from "./host.js";
import { listenToKeys } from "./keys.js";
import { refreshAll, showLive, startLive } from "./live.js";
import { leavesThePage, watchOwn } from "./own.js";
import "./passkeys.js";
import { dropBrokenPictures } from "./pictures.js";
import { watchSetup } from "./setup.js";

const REFRESH = "tillside:refresh";

const screen = () => document.getElementById("screen");

function trouble(kind) {
  const bar = document.getElementById("trouble");
  if (!bar) return;
  bar.hidden = kind === null;
  bar.querySelector("[data-offline]").hidden = kind !== "offline";
  bar.querySelector("[data-failed]").hidden = kind !== "failed";
}

// Who looks and in which language goes along with every request of the page.
document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  ctx.request.headers["Accept-Language"] = spokenLanguage();
  ctx.fetch = fetchAs;
});

// A refresh that fails leaves what stands, unless there is nothing to see here any more.
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  trouble(null);
  if (leavesThePage(ctx)) {
    ctx.swap = "none";
    trouble("failed");
    return;
  }
  const { status } = ctx.response;
  if (ctx.sourceEvent?.type !== REFRESH || status < 400) return;
  if (status === 401 || status === 404) {
    ctx.target = screen();
    ctx.select = null;
    ctx.swap = "innerHTML";
  } else {
    ctx.swap = "none";
  }
});

document.addEventListener("htmx:error", () => {
  trouble(navigator.onLine ? "failed" : "offline");
});

// The inbox's own scripts come with the inbox.
function enterInbox() {
  if (document.querySelector("#inbox, #begin-form")) import("./inbox.js").then(({ startInbox }) => startInbox());
}

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  showLive();
  enterInbox();
  if (ctx?.target !== screen() || ctx.sourceElement?.matches("form")) return;
  const field = document.getElementById("search");
  if (field) field.value = new URL(location).searchParams.get("search") ?? "";
  const sections = {
    "#inbox, [data-section='inbox']": "inbox",
    "#reports": "reports",
    "[data-section='settings']": "settings",
    "#stores, #health": "stores",
    "#suggestions": "suggestions",
    "#segments": "segments",
  };
  const shown = Object.keys(sections).find((each) => document.querySelector(each));
  const section = sections[shown] ?? "people";
  for (const link of document.querySelectorAll("[data-nav]")) {
    if (link.dataset.nav === section) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  window.scrollTo(0, 0);
  (screen().querySelector("[autofocus]") ?? screen()).focus({ preventScroll: true });
});

// Content that was added to a list stays through later refreshes.
document.addEventListener("htmx:after:swap", () => {
  const older = document.getElementById("older");
  if (older?.querySelector(".order")) older.setAttribute("hx-morph-skip", "");
  // Newer rows would push some out between the two parts of these: they stay as they are.
  const lists = { "older-comparisons": "table", "older-events": "section", "older-notes": "#note-list" };
  for (const [id, list] of Object.entries(lists)) {
    const added = document.getElementById(id);
    if (added?.querySelector("[id]")) added.closest(list).setAttribute("hx-morph-skip", "");
  }
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-opens]");
  if (link) {
    const order = document.querySelector(link.getAttribute("href"));
    if (!order) return;
    event.preventDefault();
    order.open = true;
    order.querySelector("summary").focus();
    order.scrollIntoView({ block: "start" });
  } else if (event.target.closest?.("[data-retry]")) {
    trouble(null);
    refreshAll();
  } else {
    const folded = event.target.closest?.(".fresh");
    for (const open of document.querySelectorAll(".fresh[open]")) {
      if (open !== folded) open.open = false;
    }
  }
});

window.addEventListener("offline", () => trouble("offline"));
window.addEventListener("online", () => {
  trouble(null);
  refreshAll();
});

// A page of the host's own opens beside us, by the host.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (host.openUrl(link.href)) event.preventDefault();
});

// What the host now shows is somebody else: so do we.
host.onContext?.(({ order, customer }) => {
  const asked = new URLSearchParams();
  // An order's number may be several stores': it is the one's whose admin we stand in.
  const store = new URL(location.href).searchParams.get("store");
  if (store) asked.set("store", store);
  if (order) asked.set("order", order);
  else if (customer) asked.set("customer", customer);
  htmx.ajax("GET", `/panel?${asked}`, { target: "#screen", swap: "innerHTML" });
});

async function start() {
  tidyAddress();
  if (!(await host.enter())) return;
  startClock();
  dropBrokenPictures();
  watchFiles();
  watchChanges();
  watchOwn();
  watchAnswers();
  watchSetup();
  listenToKeys();
  enterInbox();
  startLive();
}

start();
