// An answer that never comes is none: what waits for it would wait for good.
const ANSWERED_WITHIN = 30000;
const FILE_TAKEN_WITHIN = 120000;

// The one way to ask the service: no cookies, the visitor's token in a header.
class Refused extends Error {
  constructor(status, code) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

function addressOf(path, query = {}) {
  const asked = new URLSearchParams({ channel: CHANNEL, ...query });
  return `${BASE}/api/widget/${path}?${asked}`;
}

function headersOf(more = {}) {
  const token = kept("visitor");
  return token ? { Authorization: `Bearer ${token}`, ...more } : more;
}

async function ask(method, path, { query, body, form } = {}) {
  const headers = headersOf(body ? { "Content-Type": "application/json" } : {});
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), form ? FILE_TAKEN_WITHIN : ANSWERED_WITHIN);
  let answer, told;
  try {
    answer = await fetch(addressOf(path, query), {
      method,
      headers,
      body: body ? JSON.stringify(body) : form,
      credentials: "omit",
      keepalive: path === "seen",
      signal: patience.signal,
    });
    if (answer.status === 204) return null;
    told = await answer.json().catch((error) => (answer.ok ? Promise.reject(error) : {}));
  } catch {
    throw new Refused(0, "offline");
  } finally {
    clearTimeout(timer);
  }
  if (!answer.ok) throw new Refused(answer.status, told.error?.code || "trouble");
  return told;
}

async function fetchFile(file) {
  const address = addressOf(`files/${encodeURIComponent(file.key)}`);
  const answer = await fetch(address, { headers: headersOf(), credentials: "omit" });
  if (!answer.ok) throw new Refused(answer.status, "trouble");
  return answer.blob();
}
