// The settings of the inbox: what is to be put elsewhere is copied by one press.

const DONE_FOR_MS = 2_000;

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  if (!field) return;
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    // A frame may not write there: it is selected, for the reader's own keys.
    field.focus();
    field.select();
    return;
  }
  const word = button.querySelector("span");
  const before = word.textContent;
  word.textContent = button.dataset.done;
  word.setAttribute("role", "status");
  setTimeout(() => {
    word.textContent = before;
    word.removeAttribute("role");
  }, DONE_FOR_MS);
}

/** Where a form was refused, its first wrong field has the focus. */
function toFirstRefusal({ detail: { ctx } }) {
  if (ctx.response?.status !== 422) return;
  document.querySelector("#setup [aria-invalid='true']")?.focus();
}

export function watchSetup() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (button) copy(button);
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches?.("[data-copies]")) event.target.select();
  });
  document.addEventListener("htmx:after:swap", toFirstRefusal);
}
