// Arrows lead from the search box into what was found, through it, and back; Enter follows the link
// that has the focus. What is typed is looked for by the server while one types (see page_search.templ).

const rows = () => [...document.querySelectorAll("#find-found .q-link, #find-found .find-person")];

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !document.querySelector("#find-found")) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const box = document.querySelector("#find [data-search]");
  const all = rows();
  const here = all.indexOf(document.activeElement);
  if (!step || (here < 0 && document.activeElement !== box)) return;
  event.preventDefault();
  if (here + step < 0) box.focus();
  else all[here + step]?.focus();
});
