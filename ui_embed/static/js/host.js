// What we ask of whoever we stand in: who looks, and what is on the screen. One adapter each, with
// getAuth (a bearer, or null where the browser's cookie speaks), renew (whether a refused request
// is worth another try), enter (have the page ready), openUrl (whether the host opened it).

import { bridgeHost } from "./bridge.js";
import { ticketHost } from "./ticket.js";

const PARENT = 'meta[name="tillside-parent"]';

const browserHost = {
  credentials: "same-origin",
  getAuth: async () => null,
  renew: async () => false,
  enter: async () => true,
  openUrl: () => false,
};

function choose() {
  const parent = document.querySelector(PARENT)?.content;
  if (parent) return ticketHost(parent.split(" "), fetchAs);
  return globalThis.shopify ? bridgeHost : browserHost;
}

export const host = choose();

async function authorized(options) {
  const bearer = await host.getAuth();
  const headers = new Headers(options.headers);
  if (bearer) headers.set("Authorization", `Bearer ${bearer}`);
  return { ...options, headers, credentials: host.credentials };
}

/** The page's language as its reader writes it: en-GB has other dates than en. */
export function spokenLanguage() {
  const { lang } = document.documentElement;
  return navigator.languages.find((tag) => tag.split("-")[0].toLowerCase() === lang) ?? lang;
}

/** fetch as the person who looks; a session that has just ended is tried once more. */
export async function fetchAs(address, options = {}) {
  const response = await fetch(address, await authorized(options));
  if (response.status !== 401 || !(await host.renew(response))) return response;
  return fetch(address, await authorized(options));
}

/** Take what the admin put into the address away again: it must not stay in any history. */
export function tidyAddress() {
  const address = new URL(location.href);
  if (!address.searchParams.has("id_token")) return;
  address.searchParams.delete("id_token");
  history.replaceState(history.state, "", address.pathname + address.search + address.hash);
}
