// Suggestions by keyboard: y the same person, n not, u takes the last answer back.

const PLACE = "[data-suggestion]";

const here = () => document.activeElement?.closest?.(PLACE);

/** Press what answers the suggestion that has the focus; false where none has. */
export function answer(choice) {
  const place = here();
  if (!place) return false;
  place.querySelector(`[data-${choice}]`)?.click();
  return true;
}

/** Take back the answer that has the focus, else the newest one that stands here. */
export function takeBack() {
  const found = here()?.querySelector("[data-undo]") ?? document.querySelector("#told [data-undo]");
  found?.click();
}

export function watchAnswers() {
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    // The pressed button is gone with the answer; its row keeps the focus.
    const { activeElement } = document;
    const isLost = !activeElement || activeElement === document.body;
    if (isLost && ctx?.target?.matches?.(PLACE)) document.getElementById(ctx.target.id)?.focus();
  });
}
