// What we ask of the admin that we stand in. Its bridge is the only one who knows who looks.

const bridge = () => globalThis.shopify;
const RETRY = "X-Shopify-Retry-Invalid-Session-Request";

async function token() {
  const own = bridge()?.idToken;
  return own ? bridge().idToken() : null;
}

async function authorized(options) {
  const bearer = await token();
  const headers = new Headers(options.headers);
  if (bearer) headers.set("Authorization", `Bearer ${bearer}`);
  return { ...options, headers, credentials: "omit" };
}

/** fetch as the staff member who looks; a session that has just ended is tried once more. */
export async function fetchAs(address, options = {}) {
  const response = await fetch(address, await authorized(options));
  if (response.status !== 401 || !response.headers.has(RETRY) || !bridge()) return response;
  return fetch(address, await authorized(options));
}

/** Take what the admin put into the address away again: it must not stay in any history. */
export function tidyAddress() {
  const address = new URL(location.href);
  if (!address.searchParams.has("id_token")) return;
  address.searchParams.delete("id_token");
  history.replaceState(history.state, "", address.pathname + address.search + address.hash);
}
