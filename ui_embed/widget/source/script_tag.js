// What the page's own script tag says: whose chat this is, and by what the store proves who looks.
const TAG = document.currentScript;
const BASE = TAG.src.replace(/\/widget\.js.*$/, "");
const CHANNEL = TAG.dataset.channel || "";
const LANGUAGE = TAG.dataset.lang || document.documentElement.lang || navigator.language || "en";

// The proof stands in the page, or the store gives it by an address of its own (never cached).
async function proof() {
  if (TAG.dataset.proof) return TAG.dataset.proof;
  if (!TAG.dataset.proofUrl) return null;
  try {
    const answer = await fetch(TAG.dataset.proofUrl, { credentials: "same-origin", cache: "no-store" });
    return answer.ok ? (await answer.json()).proof || null : null;
  } catch {
    return null;
  }
}
