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

const SECRETS = "input[type='password']";
let held = null;

/** No answer repeats a secret: what was typed is held here, for a form that isn't kept yet. */
function holdSecrets({ detail: { ctx } }) {
  const form = ctx.sourceElement?.closest?.("#setup form");
  const typed = [...(form?.querySelectorAll(SECRETS) ?? [])].map(({ name, value }) => [name, value]);
  held = form && { action: form.action, typed: new Map(typed) };
}

function giveSecretsBack() {
  const form = document.querySelector("#setup[data-unkept] form.setup-form");
  for (const field of (form?.action === held?.action && form?.querySelectorAll(SECRETS)) || []) {
    if (!field.value) field.value = held.typed.get(field.name) ?? "";
  }
  held = null;
}

export function watchSetup() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (button) copy(button);
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches?.("[data-copies]")) event.target.select();
  });
  document.addEventListener("htmx:before:request", holdSecrets);
  document.addEventListener("htmx:after:swap", giveSecretsBack);
  document.addEventListener("htmx:after:swap", toFirstRefusal);
}
