// In a store's admin no cookie speaks for us: a file is fetched as whoever looks, then kept.

import { fetchAs, host } from "./host.js";

const FILES = "a[download], a[data-file]";

async function keepFile(link) {
  const response = await fetchAs(link.href).catch(() => null);
  if (!response?.ok) return document.dispatchEvent(new CustomEvent("htmx:error"));
  const address = URL.createObjectURL(await response.blob());
  const told = response.headers.get("Content-Disposition") ?? "";
  const whole = /filename\*=UTF-8''([^;]+)/.exec(told);
  const way = document.createElement("a");
  way.href = address;
  way.download = whole ? decodeURIComponent(whole[1]) : (/filename="([^"]+)"/.exec(told)?.[1] ?? link.textContent.trim());
  way.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Have links to files work where a plain link would carry no proof. */
export function watchFiles() {
  if (host.credentials !== "omit") return;
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(FILES);
    if (!link || link.protocol === "blob:") return;
    event.preventDefault();
    keepFile(link);
  });
}
