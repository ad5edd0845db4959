// What the browser does by itself between two pages, htmx leaves to us: where the focus goes, and
// what to do when there is no answer.

// After a change of page the focus stands on what is wrong, else on the title; a form that keeps
// its own place (autofocus) wins, and a part of a page that is replaced moves nothing.
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  document.body.removeAttribute("aria-busy");
  if (ctx.target !== document.body || document.querySelector("main [autofocus]")) return;
  const place = document.querySelector("[data-focus]") ?? document.querySelector("main h1") ?? document.querySelector("main");
  place?.focus({ preventScroll: !place.matches("[data-focus]") });
});

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (ctx.target === document.body) document.body.setAttribute("aria-busy", "true");
});

// A page built by a newer AMIGO needs its own styles and scripts: load it as a whole.
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const styles = document.querySelector("link[rel=stylesheet]").getAttribute("href");
  if (ctx.target === document.body && ctx.request.method === "GET" && !ctx.text.includes(styles)) {
    event.preventDefault();
    location.assign(ctx.response.raw.url);
  }
});

// A page that htmx cannot fetch (it leads elsewhere, the line is down) is left to the browser; a
// form that could not be sent stays as it is, and says so.
document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  document.body.removeAttribute("aria-busy");
  if (ctx?.target !== document.body) return;
  if (ctx.request.method === "GET") location.assign(ctx.request.action);
  else document.querySelector("#offline")?.removeAttribute("hidden");
});

// On a first load the browser has not moved the focus either.
document.querySelector("[data-focus]")?.focus();
