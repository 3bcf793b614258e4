// Lets times age: "12 seconds ago" must not stand there for an hour.

const STEPS = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];
const AFTER_DAYS_A_DATE = 30;
const EVERY_MS = 20_000;

let words = null;

/** The page's own language, which it may learn late. */
function inWords(count, unit) {
  const { lang } = document.documentElement;
  if (words?.lang !== lang) {
    words = { lang, format: new Intl.RelativeTimeFormat(lang, { numeric: "always" }) };
  }
  return words.format.format(count, unit);
}

/** How long ago that was, or null where a date says it better. */
export function ago(moment, now = Date.now()) {
  const seconds = Math.round((moment - now) / 1000);
  const size = Math.abs(seconds);
  if (size > AFTER_DAYS_A_DATE * 86400) return null;
  const [unit, length] = STEPS.find(([, step]) => size >= step * 0.95) ?? STEPS.at(-1);
  return inWords(Math.round(seconds / length), unit);
}

/** The same for a column, as short as it can be; null after a day, where the day says it better. */
export function brief(moment, now = Date.now()) {
  const seconds = Math.max((now - moment) / 1000, 60);
  if (seconds >= 86400) return null;
  const [unit, length] = seconds < 3600 ? ["minute", 60] : ["hour", 3600];
  const { lang } = document.documentElement;
  const format = new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: "short" });
  return format.format(Math.floor(seconds / length));
}

function age(element, stamp, words = ago) {
  const text = words(Date.parse(stamp));
  if (text && element.textContent !== text) element.textContent = text;
}

function ageAll() {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("time[data-ages]")) age(element, element.dateTime);
  for (const element of document.querySelectorAll("time[data-brief]")) age(element, element.dateTime, brief);
  for (const element of document.querySelectorAll(".fresh:not(.is-live, .is-warn) [data-as-of]")) {
    age(element, element.dataset.asOf);
  }
}

export function startClock() {
  setInterval(ageAll, EVERY_MS);
  document.addEventListener("visibilitychange", ageAll);
}
