// In a store's admin no cookie speaks for us: a file is fetched as whoever looks, then kept.

import { fetchAs, host } from "./host.js";

const FILES = "a[download], a[data-file]";

async function keepFile(address, name, options) {
  const response = await fetchAs(address, options).catch(() => null);
  if (!response?.ok) return document.dispatchEvent(new CustomEvent("htmx:error"));
  const kept = URL.createObjectURL(await response.blob());
  const told = response.headers.get("Content-Disposition") ?? "";
  const whole = /filename\*=UTF-8''([^;]+)/.exec(told);
  const way = document.createElement("a");
  way.href = kept;
  way.download = whole ? decodeURIComponent(whole[1]) : (/filename="([^"]+)"/.exec(told)?.[1] ?? name);
  way.click();
  setTimeout(() => URL.revokeObjectURL(kept), 60_000);
}

/** Have links and forms that give a file work where they would carry no proof by themselves. */
export function watchFiles() {
  if (host.credentials !== "omit") return;
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(FILES);
    if (!link || link.protocol === "blob:") return;
    event.preventDefault();
    keepFile(link.href, link.textContent.trim());
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest?.("form[data-file]");
    if (!form) return;
    event.preventDefault();
    keepFile(form.action, form.textContent.trim(), { method: form.method });
  });
}
