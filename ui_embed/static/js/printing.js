// The page of a transcript: its button prints it.

document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
