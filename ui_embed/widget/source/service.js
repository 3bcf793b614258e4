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
  let answer;
  try {
    answer = await fetch(addressOf(path, query), {
      method,
      headers,
      body: body ? JSON.stringify(body) : form,
      credentials: "omit",
      keepalive: path === "seen",
    });
  } catch {
    throw new Refused(0, "offline");
  }
  if (answer.status === 204) return null;
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, told.error?.code || "trouble");
  return told;
}

async function fetchFile(file) {
  const address = addressOf(`files/${encodeURIComponent(file.key)}`);
  const answer = await fetch(address, { headers: headersOf(), credentials: "omit" });
  if (!answer.ok) throw new Refused(answer.status, "trouble");
  return answer.blob();
}
