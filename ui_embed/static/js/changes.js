// Shows for a moment which figures the last refresh changed. Nothing moves.

let before = new Map();

function texts() {
  return new Map([...document.querySelectorAll("[data-watch]")].map((e) => [e, e.textContent]));
}

function show(element) {
  element.classList.remove("changed");
  void element.offsetWidth;
  element.classList.add("changed");
  element.addEventListener("animationend", () => element.classList.remove("changed"), { once: true });
}

export function watchChanges() {
  document.addEventListener("htmx:before:swap", () => {
    before = texts();
  });
  document.addEventListener("htmx:after:swap", () => {
    for (const [element, text] of before) {
      if (element.isConnected && element.textContent !== text) show(element);
    }
    before = new Map();
  });
}
