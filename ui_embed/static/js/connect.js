// A word on the button while the store is looked at. The form works without it.

const form = document.querySelector("form[data-connect]");
const button = form?.querySelector("button[data-busy]");
const word = button?.textContent;

form?.addEventListener("submit", () => {
  button.textContent = button.dataset.busy;
  button.setAttribute("aria-disabled", "true");
  // Disabled only once the form is on its way.
  setTimeout(() => {
    button.disabled = true;
  });
});

// Whoever comes back by the browser's button finds the form as it was.
window.addEventListener("pageshow", () => {
  if (!button) return;
  button.textContent = word;
  button.disabled = false;
  button.removeAttribute("aria-disabled");
});
