// An admin page of another origin that frames us and hands over tickets by message. A ticket is
// exchanged once for a bearer, which stays in this module's memory and nowhere else.

import { adopt, say } from "./shell.js";

const EXCHANGE = "/api/v1/session";
const PATIENCE_MS = 10_000;
// Asked for anew while the old one still holds.
const EARLY_MS = 60_000;
// A bearer that is refused while it is this young is not the reason.
const YOUNG_MS = 10_000;

/** Why nobody comes in: "silent" (no ticket came), "refused" (by us) or "offline". */
class NoWayIn extends Error {}

export function ticketHost(origins, fetchAs) {
  let bearer = null;
  let since = 0;
  let endsAt = 0;
  let asking = null;
  let parentOrigin = null;
  let met = false;
  let take = null;
  let context = {};
  const listeners = new Set();

  function tell(message) {
    for (const origin of parentOrigin ? [parentOrigin] : origins) {
      window.parent.postMessage(message, origin);
    }
  }

  function hear(event) {
    if (event.source !== window.parent || !origins.includes(event.origin)) return;
    const said = event.data;
    if (said?.type !== "tillside:ticket" || typeof said.ticket !== "string") return;
    parentOrigin = event.origin;
    setContext({ order: said.order ?? null, customer: said.customer ?? null });
    take?.(said.ticket);
  }

  function setContext(now) {
    const before = JSON.stringify(context);
    context = now;
    if (before !== "{}" && before !== JSON.stringify(now)) {
      for (const listener of listeners) listener(now);
    }
  }

  function ticket() {
    if (window.parent === window) return Promise.reject(new NoWayIn("silent"));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new NoWayIn("silent")), PATIENCE_MS);
      take = (handed) => {
        clearTimeout(timer);
        take = null;
        resolve(handed);
      };
      tell({ type: met ? "tillside:expired" : "tillside:ready" });
      met = true;
    });
  }

  async function exchange() {
    const handed = await ticket();
    const response = await fetch(EXCHANGE, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ticket: handed }),
      credentials: "omit",
      cache: "no-store",
    }).catch(() => {
      throw new NoWayIn("offline");
    });
    if (!response.ok) throw new NoWayIn(response.status < 500 ? "refused" : "offline");
    const given = await response.json();
    bearer = given.bearer;
    since = Date.now();
    endsAt = since + given.expires_in_seconds * 1000;
    return bearer;
  }

  function getAuth() {
    if (bearer && Date.now() < endsAt - EARLY_MS) return Promise.resolve(bearer);
    asking ??= exchange().finally(() => {
      asking = null;
    });
    return asking;
  }

  function address() {
    const asked = new URL(location.href);
    const names = ["order", "customer"];
    const named = [...names, "email", "phone", "search"].some((name) => asked.searchParams.has(name));
    for (const name of asked.pathname === "/panel" && !named ? names : []) {
      if (context[name]) {
        asked.searchParams.set(name, context[name]);
        break;
      }
    }
    return asked.pathname + asked.search;
  }

  /** Load what the address asks for and put it in the place of the empty page. */
  async function enter() {
    window.addEventListener("message", hear);
    keepStore();
    try {
      await getAuth();
      adopt(await (await fetchAs(address(), { headers: { Accept: "text/html" } })).text());
      return true;
    } catch (error) {
      say(error instanceof NoWayIn ? error.message : "offline");
      return false;
    } finally {
      // Only now: until something stands here the parent's own height is as good as any.
      keepHeight();
    }
  }

  /** The frame is as high as what stands in it: the parent scrolls, not we. */
  function keepHeight() {
    let told = 0;
    new ResizeObserver(() => {
      const height = Math.ceil(document.body.getBoundingClientRect().height);
      if (height === told) return;
      told = height;
      tell({ type: "tillside:resize", height });
    }).observe(document.body);
  }

  /** A page that is loaded again has to know whose frame it stands in. */
  function keepStore() {
    const store = new URL(location.href).searchParams.get("store");
    document.addEventListener("htmx:before:history:update", ({ detail }) => {
      const next = new URL(detail.history.path, location.origin);
      if (store && !next.searchParams.has("store")) next.searchParams.set("store", store);
      detail.history.path = next.pathname + next.search + next.hash;
    });
  }

  return {
    credentials: "omit",
    getAuth,
    renew: async () => {
      if (Date.now() - since < YOUNG_MS) return false;
      bearer = null;
      return true;
    },
    enter,
    onContext: (listener) => listeners.add(listener),
    resize: (height) => tell({ type: "tillside:resize", height }),
    openUrl: (url) => {
      if (!origins.includes(new URL(url).origin)) return false;
      tell({ type: "tillside:open", url });
      return true;
    },
  };
}
