// The keyboard: / searches, ? explains, j and k walk through rows, x picks one, r replies, and any
// element with data-key is pressed by its key. Who talks to the computer, or hits keys by accident,
// turns single keys off in the dialog (WCAG 2.1.4); this computer remembers it.

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable], dialog[open]");
const links = () => [...document.querySelectorAll("[data-rows] .q-link")];

function walk(step) {
  const rows = links();
  const here = rows.indexOf(document.activeElement);
  const next = rows[here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step];
  next?.focus();
  next?.closest("tr, li").scrollIntoView({ block: "nearest" });
}

function pick() {
  document.activeElement?.closest("tr")?.querySelector(".q-pick input")?.click();
}

function reply() {
  document.querySelector("#composer-body")?.focus();
}

const actions = {
  "/": () => document.querySelector("[data-search]")?.focus(),
  "?": () => document.querySelector("#keys")?.showModal(),
  j: () => walk(1),
  k: () => walk(-1),
  x: pick,
  r: reply,
};

const off = () => localStorage.getItem("amigo-keys") === "off";

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-keys]")) localStorage.setItem("amigo-keys", target.checked ? "on" : "off");
});

function show() {
  const box = document.querySelector("[data-keys]");
  if (box) box.checked = !off();
}

document.addEventListener("htmx:after:swap", show);
show();

document.addEventListener("keydown", (event) => {
  if (off() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const button = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  const action = button ? () => button.click() : actions[event.key.toLowerCase()];
  if (!action) return;
  event.preventDefault();
  action();
});

// Escape leaves the search box.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches?.("[data-search]")) event.target.blur();
});
