// Drafts by conversation, in this browser only; gone when they are sent, signed out of, or old.

const PREFIX = "tillside:draft:";
const KEPT_MS = 30 * 86_400_000;

const memory = new Map();

function read(id) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + id)) ?? {};
  } catch {
    return memory.get(id) ?? {};
  }
}

function keep(id, all) {
  memory.set(id, all);
  try {
    if (all.answer || all.note) localStorage.setItem(PREFIX + id, JSON.stringify(all));
    else localStorage.removeItem(PREFIX + id);
  } catch {
    // A frame without storage keeps them for as long as it stands.
  }
}

function forget(isDue) {
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(PREFIX) && isDue(JSON.parse(localStorage.getItem(name)))) {
        localStorage.removeItem(name);
      }
    }
  } catch {
    // Nothing is stored here.
  }
}

export const drafts = {
  /** What was typed: `{text, key, tried}`, or undefined. */
  get: (id, mode) => read(id)[mode],
  /** Which of the two was written last. */
  mode: (id) => read(id).mode,
  set(id, mode, draft) {
    const all = { ...read(id), mode, at: Date.now(), [mode]: draft };
    keep(id, all);
  },
  tidy() {
    forget(({ at }) => Date.now() - at > KEPT_MS);
    document.addEventListener("submit", ({ target }) => {
      if (target.action?.endsWith("/sign-out")) forget(() => true);
    });
  },
};
