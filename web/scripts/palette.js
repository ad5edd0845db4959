// The command palette, at Ctrl+K or ⌘K and behind its button: what one can do on this page, where one can
// go, and, as one types, the tickets and people that the search finds. It is a combobox in a dialog: the
// focus stays in its field, the arrows move through the list. Without JavaScript its button leads to the
// page of the search.

import { press, wordsOf } from "./keys.js";

const dialog = () => document.getElementById("palette");
const field = () => dialog().querySelector("[role=combobox]");
const list = () => dialog().querySelector("[role=listbox]");
const options = () => [...list().querySelectorAll("[role=option]")];

const most = 8; // of each kind
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** What the page itself has: what one can do, and where one can go. */
function commands() {
  const pressed = "main [data-key], main .head-more :is(a, button), main .menu-item";
  const ways = ".side-link, .side-new, .side .menu-item";
  const found = new Map();
  const add = (selector, kind) => {
    for (const element of document.querySelectorAll(selector)) {
      const words = wordsOf(element);
      const known = [...found.values()].some((entry) => entry.element === element || (entry.words === words && entry.kind === kind));
      if (words && !known && !element.disabled && !element.closest("dialog") && !element.matches(".q-link")) {
        found.set(element, { kind, words, key: element.dataset.key, element });
      }
    }
  };
  add(pressed, "page");
  add(ways, "go");
  return [...found.values()];
}

/** The commands that hold every word that was typed; those that begin with it come first. */
function matching(all, typed) {
  const words = fold(typed).split(/\s+/).filter(Boolean);
  const holding = all.filter((entry) => words.every((word) => fold(entry.words).includes(word)));
  const first = (entry) => (words.length > 0 && fold(entry.words).startsWith(words[0]) ? 0 : 1);
  return holding.sort((a, b) => first(a) - first(b));
}

let all = [];
let found = [];
let asked;
let moved = false; // through the list, since something was typed
let timer;

function option(entry, index) {
  const item = document.createElement("div");
  item.role = "option";
  item.id = `palette-${index}`;
  item.className = "palette-item";
  item.ariaSelected = "false";
  const words = document.createElement("span");
  words.className = "palette-words";
  words.textContent = entry.words;
  item.append(words);
  if (entry.about) {
    const about = document.createElement("span");
    about.className = "palette-about";
    about.textContent = entry.about;
    item.append(about);
  }
  if (entry.key) {
    const cap = document.createElement("kbd");
    cap.className = "kbd";
    cap.ariaHidden = "true";
    cap.textContent = entry.key.toUpperCase();
    item.append(cap);
  }
  item.entry = entry;
  return item;
}

function group(kind, entries, start) {
  const box = document.createElement("div");
  box.role = "group";
  box.ariaLabel = dialog().dataset[kind === "ref" ? "tickets" : kind];
  const head = document.createElement("p");
  head.className = "palette-head";
  head.ariaHidden = "true";
  head.textContent = box.ariaLabel;
  box.append(head, ...entries.map((entry, i) => option(entry, start + i)));
  return box;
}

function draw() {
  const typed = field().value.trim();
  const entries = [...matching(all, typed), ...found];
  if (typed) entries.push({ kind: "more", words: dialog().dataset.everywhere.replace("%s", typed), href: `/search?${new URLSearchParams({ q: typed })}` });
  const ref = /^#?(\d+)$/.exec(typed);
  if (ref) entries.unshift({ kind: "ref", words: `#${ref[1]}`, href: `/tickets/${ref[1]}` });
  // What the search finds comes below what stood there at once: nothing moves under the hand.
  const held = moved ? chosen() : 0;
  let drawn = 0;
  const groups = ["ref", "page", "go", "tickets", "people", "more"].flatMap((kind) => {
    const some = entries.filter((entry) => entry.kind === kind).slice(0, typed ? most : 2 * most);
    drawn += some.length;
    return some.length > 0 ? [group(kind, some, drawn - some.length)] : [];
  });
  list().replaceChildren(...groups);
  dialog().querySelector("[role=status]").textContent = dialog().dataset.count.replace("%s", drawn);
  choose(held);
}

function choose(index) {
  const items = options();
  const at = (index + items.length) % (items.length || 1);
  for (const [i, item] of items.entries()) item.ariaSelected = String(i === at);
  if (items[at]) field().setAttribute("aria-activedescendant", items[at].id);
  else field().removeAttribute("aria-activedescendant");
  items[at]?.scrollIntoView({ block: "nearest" });
}

const chosen = () => options().findIndex((item) => item.ariaSelected === "true");

/** Tickets and people, from the same part that the page of the search draws. */
async function search(typed) {
  asked?.abort();
  found = [];
  if (typed.length < 2) return;
  asked = new AbortController();
  try {
    const answer = await fetch(`/search/part?${new URLSearchParams({ few: 1, q: typed })}`, { signal: asked.signal, redirect: "error" });
    if (!answer.ok) return;
    const part = new DOMParser().parseFromString(await answer.text(), "text/html");
    const entry = (kind) => (link) => ({
      kind,
      words: wordsOf(link),
      about: link.closest("li")?.querySelector(".find-about")?.textContent.trim(),
      href: link.getAttribute("href"),
    });
    found = [...[...part.querySelectorAll(".q-link")].map(entry("tickets")), ...[...part.querySelectorAll(".find-person")].map(entry("people"))];
    if (dialog().open && field().value.trim() === typed) draw();
  } catch {
    // typed on meanwhile, or the line is down: the commands and the way to the search are there
  }
}

function open() {
  if (!dialog() || dialog().open) return;
  document.querySelector("dialog[open]")?.close();
  all = commands();
  found = [];
  moved = false;
  field().value = "";
  dialog().showModal();
  draw();
}

// The dialog gives the focus back to where it was, before the command moves it.
function run({ element, href }) {
  dialog().close();
  if (element) press(element);
  else location.assign(href);
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-palette]");
  if (opener && dialog() && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    open();
  }
  const item = event.target.closest?.("#palette [role=option]");
  if (item) run(item.entry);
  if (event.target === dialog()) dialog().close(); // beside it
}, true);

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k" && dialog()) {
    event.preventDefault();
    if (dialog().open) dialog().close();
    else open();
    return;
  }
  if (event.target !== dialog()?.querySelector("[role=combobox]")) return;
  const to = { ArrowDown: chosen() + 1, ArrowUp: chosen() - 1, PageDown: Math.min(chosen() + 8, options().length - 1), PageUp: Math.max(chosen() - 8, 0) }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    moved = true;
    choose(to);
  } else if (event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    const item = options()[chosen()];
    if (item) run(item.entry);
  }
});

document.addEventListener("input", ({ target }) => {
  if (!target.matches?.("#palette [role=combobox]")) return;
  const typed = target.value.trim();
  clearTimeout(timer);
  timer = setTimeout(() => search(typed), 200);
  found = [];
  moved = false;
  draw();
});
