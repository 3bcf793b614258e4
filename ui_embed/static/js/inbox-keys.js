// The inbox by keyboard. Each answers false where there is nothing to do, so that others may.

import { write } from "./inbox-composer.js";

const WIDE_ENOUGH_MS = 1_500;
const VIEWS = {
  m: "mine",
  u: "unassigned",
  o: "open",
  p: "pending",
  s: "snoozed",
  r: "resolved",
  n: "mentions",
  x: "spam",
};

let goesUntil = 0;

const isHere = () => Boolean(document.getElementById("inbox"));
const conversation = () => document.querySelector("#conversation[data-open]");

function press(selector) {
  const found = conversation()?.querySelector(selector);
  found?.click();
  return Boolean(found);
}

function menu(id) {
  const found = document.getElementById(id);
  if (!found) return false;
  found.open = true;
  found.querySelector(".menu-body :is(input, button, select, a)")?.focus();
  return true;
}

function find() {
  const field = document.getElementById("inbox-search");
  if (!field?.checkVisibility()) return false;
  field.focus();
  field.select();
  return true;
}

/** Who it is: opened where it has no room of its own, and in focus wherever it stands. */
function person() {
  if (!conversation()) return false;
  if (conversation().classList.contains("shows-person")) return leave();
  const beside = document.getElementById("beside");
  if (!beside.checkVisibility()) press("[data-beside]");
  beside.focus();
  return true;
}

function go(selector) {
  const found = document.querySelector(selector);
  found?.click();
  return Boolean(found);
}

function leave() {
  const open = document.querySelector(".menu[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
    return true;
  }
  if (conversation()?.classList.contains("shows-person")) {
    const button = conversation().querySelector("[data-beside]");
    button.click();
    button.focus();
    return true;
  }
  const back = conversation()?.querySelector(".to-list");
  if (!back?.checkVisibility()) return false;
  back.click();
  return true;
}

function walk(step) {
  const inside = document.activeElement?.closest(".menu-body");
  if (!inside) return false;
  const all = [...inside.querySelectorAll("button, input, select, a")];
  all[(all.indexOf(document.activeElement) + step + all.length) % all.length]?.focus();
  return true;
}

const ACTIONS = {
  "/": find,
  r: () => write("answer"),
  n: () => write("note"),
  a: () => menu("menu-assign"),
  z: () => menu("menu-snooze"),
  t: () => menu("menu-tags"),
  e: () => press('[data-key="e"]'),
  m: () => press('[data-key="m"]'),
  p: person,
  w: () => press('[data-key="w"]'),
  b: () => press('[data-key="b"]'),
  ".": () => menu("menu-more"),
  c: () => go('#inbox-list [data-key="c"]'),
  i: () => go('#inbox-list [data-key="i"]'),
  u: () => {
    const undo = document.querySelector("#toast [data-undo], #sending-bar:not([hidden]) [data-unsend]");
    undo?.click();
    return Boolean(undo);
  },
  g: () => {
    goesUntil = Date.now() + WIDE_ENOUGH_MS;
    return true;
  },
  ArrowDown: () => walk(1),
  ArrowUp: () => walk(-1),
  Escape: leave,
};

/** Whoever leaves a field by Escape stands in a place that is seen, not nowhere. */
export function leftField(field) {
  if (!isHere()) return;
  const list = field.closest("#inbox-list");
  const place = list
    ? (list.querySelector(".inbox-row[aria-current]") ?? list.querySelector(".inbox-row"))
    : field.closest("#composer") && document.getElementById("thread-scroll");
  place?.focus({ preventScroll: true });
}

/** What a key does in the inbox, null where it is left to the page. */
export function inboxKeys(key) {
  if (!isHere()) return null;
  if (Date.now() < goesUntil) {
    goesUntil = 0;
    const link = document.querySelector(`[data-view="${VIEWS[key] ?? ""}"]`);
    return link ? () => (link.click(), true) : null;
  }
  return ACTIONS[key] ?? null;
}
