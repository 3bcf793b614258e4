// Once we are told to load the page anew, nothing is asked any more: an answer that comes while the
// new page is on its way would begin it over, and the way in works once.

let isLeaving = false;

document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  isLeaving ||= ctx.response.headers.has("HX-Refresh");
});
document.addEventListener("htmx:before:request", (event) => {
  if (isLeaving) event.preventDefault();
});
