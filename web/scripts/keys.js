// The keyboard. What a key does stands in one of two places: on the element that it presses or focuses
// (data-key="s", data-key="g m" for one key after the other), or in the list below, for what is no
// element of the page. The dialog at ? shows what there is on the page that is open, from both.
//
// No key works while one types, in a dialog, or with Ctrl, Alt or ⌘. Who talks to the computer, or hits
// keys by accident, turns single keys off in the dialog (WCAG 2.1.4); this computer remembers it.

const writable = "textarea, select, input:not([type=checkbox], [type=radio], [type=submit], [type=button]), [contenteditable], dialog[open]";
const typing = (target) => target.closest?.(writable);

const $ = (selector) => document.querySelector(selector);
const links = () => [...document.querySelectorAll("[data-rows] .q-link")].filter((link) => link.checkVisibility());
const boxes = () => [...document.querySelectorAll("[data-rows] .q-pick input")];
const row = () => document.activeElement?.closest?.("[data-rows] :is(tr, li)");

// Which rows one came from, and where one left them: from ticket to ticket, and back.
const trail = "amigo-rows";
const came = () => JSON.parse(sessionStorage.getItem(trail) ?? "{}");

/** The ticket before or after this one in the list that one came from. */
function neighbour(step) {
  const { rows = [] } = came();
  const here = rows.indexOf(location.pathname);
  return here < 0 ? undefined : rows[here + step];
}

function walk(step) {
  const rows = links();
  let here = rows.indexOf(row()?.querySelector(".q-link") ?? document.activeElement);
  if (here < 0) {
    const left = rows.findIndex((link) => link.pathname === came().left);
    if (left >= 0) here = left - step;
    else if (step < 0) here = rows.length;
  }
  const next = rows[Math.min(Math.max(here + step, 0), rows.length - 1)];
  next?.focus();
  next?.closest("tr, li").scrollIntoView({ block: "nearest" });
}

function move(step) {
  if (links().length > 0) return walk(step);
  const next = neighbour(step);
  if (next) follow(next);
}

function follow(href) {
  const link = document.createElement("a");
  link.href = href;
  link.hidden = true;
  document.body.append(link);
  window.htmx?.process(link);
  link.click();
  link.remove();
}

function pickAll() {
  const all = boxes();
  const tick = !all.every((box) => box.checked);
  for (const box of all) if (box.checked !== tick) box.click();
}

const actions = {
  "/": [() => $("[data-search]"), () => $("[data-search]").focus()],
  "?": [() => $("#keys"), help],
  j: [() => links().length > 0 || neighbour(1), () => move(1)],
  k: [() => links().length > 0 || neighbour(-1), () => move(-1)],
  "g q": [() => $("body.atelier"), () => follow("/tickets")],
  u: [() => links().length === 0 && came().rows?.includes(location.pathname), () => follow(came().list)],
  x: [() => row()?.querySelector(".q-pick input"), () => row().querySelector(".q-pick input").click()],
  X: [() => boxes().length > 0, pickAll],
  r: [() => $("#composer-body"), () => answer("reply")],
  i: [() => $("#composer [name=kind][value=note]"), () => answer("note")],
};

/** Begins to write: an answer, or a note. */
function answer(kind) {
  const choice = $(`#composer [name=kind][value=${kind}]`);
  if (choice && !choice.checked) choice.click();
  $("#composer-body").focus();
}

/** The element of a key; what stands in a dialog that is shut is not there. */
export const keyed = (key) =>
  [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((element) => !element.disabled && !element.closest("dialog:not([open])"));

/** Does what an element is there for. */
export function press(element) {
  if (element.matches("input:not([type=checkbox], [type=radio]), textarea, select")) {
    element.closest("details:not([open])")?.setAttribute("open", "");
    element.focus();
    return;
  }
  if (element.matches("summary")) element.focus();
  element.click();
  if (element.matches("summary") && element.parentElement.open) {
    element.parentElement.querySelector(".menu-list :is(a, button, input, select), :is(input, select, textarea):not([type=hidden])")?.focus();
  }
}

const off = () => localStorage.getItem("amigo-keys") === "off";

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-keys]")) localStorage.setItem("amigo-keys", target.checked ? "on" : "off");
});

function show() {
  const box = $("[data-keys]");
  if (box) box.checked = !off();
}

// One key after the other: the first is remembered for a moment.
let before = "";
let timer;

function remember(key) {
  clearTimeout(timer);
  before = key;
  if (key) timer = setTimeout(() => (before = ""), 1500);
}

const begins = (key) => $(`[data-key^="${CSS.escape(key)} "]`);
const nameOf = ({ key, shiftKey }) => (key.length > 1 || shiftKey ? key : key.toLowerCase());

document.addEventListener("keydown", (event) => {
  if (off() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  const name = nameOf(event);
  if (name === "Shift") return;
  const key = before ? `${before} ${name}` : name;
  remember("");
  const element = keyed(key);
  const [there, act] = actions[key] ?? [];
  if (element) {
    event.preventDefault();
    press(element);
  } else if (there?.()) {
    event.preventDefault();
    act();
  } else if (begins(key)) {
    event.preventDefault();
    remember(key);
  }
});

// Escape leaves the search box.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches?.("[data-search]")) event.target.blur();
});

// Who opens a ticket from a list leaves a trail.
document.addEventListener("click", ({ target }) => {
  const link = target.closest?.("[data-rows] .q-link");
  if (!link) return;
  const rows = [...new Set(links().map(({ pathname }) => pathname))];
  sessionStorage.setItem(trail, JSON.stringify({ rows, list: location.pathname + location.search, left: link.pathname }));
});

/** What an element is called. */
export function wordsOf(element) {
  if (element.dataset.words) return element.dataset.words;
  if (element.ariaLabel) return element.ariaLabel;
  const label = element.labels?.[0] ?? element;
  const copy = label.cloneNode(true);
  for (const part of copy.querySelectorAll("kbd, .count, input, select, textarea, svg, [aria-hidden=true]")) part.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
}

function line(keys, words) {
  const [term, meaning] = [document.createElement("dt"), document.createElement("dd")];
  keys.split(" ").forEach((key, i) => {
    const cap = document.createElement("kbd");
    cap.className = "kbd";
    cap.textContent = key.length > 1 ? key : key.toUpperCase();
    term.append(...(i > 0 ? [" "] : []), cap);
  });
  meaning.textContent = words;
  return [term, meaning];
}

// The dialog says what the page has: of its own lines (data-on: what must be there, by the list above or
// as a selector), and of the elements that have a key.
function help() {
  const dialog = $("#keys");
  for (const group of dialog.querySelectorAll("[data-on]")) {
    const [there] = actions[group.dataset.on] ?? [];
    group.hidden = !(there ? there() : $(group.dataset.on));
  }
  const seen = new Map();
  for (const element of document.querySelectorAll("[data-key]")) {
    const key = element.dataset.key;
    if (!seen.has(key) && keyed(key) && wordsOf(element)) seen.set(key, wordsOf(element));
  }
  for (const [name, list] of [["keys-page", [...seen].filter(([key]) => !key.includes(" "))], ["keys-go", [...seen].filter(([key]) => key.includes(" "))]]) {
    const box = dialog.querySelector(`#${name}`);
    box.replaceChildren(...list.flatMap(([key, words]) => line(key, words)));
    box.closest("section").hidden = list.length === 0;
  }
  if (!dialog.open) dialog.showModal();
}

// The link that opens the dialog fills it, too.
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.('a[data-dialog][href="#keys"]');
  if (opener) queueMicrotask(help);
});

document.addEventListener("htmx:after:swap", show);
show();
