// What is kept over page loads. Where storage is blocked, for as long as the page stands.
const memory = new Map();

function kept(name) {
  const key = `tillside:${CHANNEL}:${name}`;
  if (memory.has(key)) return memory.get(key);
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(name, value) {
  const key = `tillside:${CHANNEL}:${name}`;
  memory.set(key, value);
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // In memory it stays.
  }
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
