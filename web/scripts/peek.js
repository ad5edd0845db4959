// A glance at a ticket without leaving the list: on a row, o or the space bar does what its eye does.
// Where the column has no room the ticket itself opens.

const typing = (target) => target.closest?.("input, textarea, select, button, summary, [contenteditable], dialog[open]");

document.addEventListener("keydown", (event) => {
  if (localStorage.getItem("amigo-keys") === "off" || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const row = event.target.closest?.("[data-rows] tr");
  if (!row || typing(event.target) || (event.key !== "o" && event.key !== " ")) return;
  event.preventDefault();
  const eye = row.querySelector("[data-peek]");
  (eye?.offsetParent ? eye : row.querySelector(".q-link"))?.click();
});

// The row that is shown is the one that is marked.
document.addEventListener("htmx:after:swap", () => {
  const peek = document.querySelector("#peek:not([hidden]) [data-ref]");
  if (!peek) return;
  for (const row of document.querySelectorAll("[data-rows] tr[aria-selected]")) row.removeAttribute("aria-selected");
  document.getElementById(`row-${peek.dataset.ref}`)?.setAttribute("aria-selected", "true");
});
