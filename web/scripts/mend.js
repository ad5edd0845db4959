// Makes a part of the page into what it is now without touching what a person has in hand: where the
// focus is, what they typed, chose, opened. A form in which anything was changed stays as it is, with
// the version that it knows, so that sending it says what came in between.

const field = "input:not([type=hidden]), textarea, select";

function changed(element) {
  if (element.matches("input[type=checkbox], input[type=radio]")) return element.checked !== element.defaultChecked;
  if (element.matches("input[type=file]")) return element.files.length > 0;
  if (element.matches("select")) return [...element.options].some((option) => option.selected !== option.defaultSelected) && element.selectedIndex > 0;
  return element.matches("input, textarea") && element.value !== element.defaultValue;
}

/** Whether somebody is at work in a form: something was changed in it, or is about to be. */
function inHand(form) {
  if (form.contains(document.activeElement) && document.activeElement.matches(field)) return true;
  return [...form.querySelectorAll(field)].some((one) => changed(one) && !one.closest("[data-rows]")); // rows that were picked come and go
}

const holdsSomething = (element) =>
  element.contains(document.activeElement) || element.querySelector("form, details[open], dialog[open], iframe") || [...element.querySelectorAll(field)].some(changed);

/** Turns old into what next is. */
export function mend(old, next) {
  if (old.isEqualNode(next)) return;
  if (old.nodeType !== next.nodeType || old.nodeName !== next.nodeName || old.id !== next.id) {
    swap(old, next);
  } else if (old.nodeType !== Node.ELEMENT_NODE) {
    old.nodeValue = next.nodeValue;
  } else if (old.matches("form") && inHand(old)) {
    // left alone
  } else if (old.matches(field) && (changed(old) || old === document.activeElement)) {
    // left alone
  } else if (!holdsSomething(old) && !old.querySelector("[id]")) {
    swap(old, next);
  } else {
    attributes(old, next);
    children(old, next);
  }
}

function swap(old, next) {
  const lost = old.contains(document.activeElement);
  const beside = lost && neighbour(old);
  old.replaceWith(next);
  if (lost) (next.querySelector?.("a[href], button") ?? beside ?? document.querySelector("main h1"))?.focus({ preventScroll: true });
}

function attributes(old, next) {
  const keep = old.matches("details") ? ["open"] : [];
  for (const { name } of [...old.attributes]) if (!next.hasAttribute(name) && !keep.includes(name)) old.removeAttribute(name);
  for (const { name, value } of next.attributes) if (old.getAttribute(name) !== value && !keep.includes(name)) old.setAttribute(name, value);
}

// Children that have a name are found again by it, the others by their place among their like.
function children(old, next) {
  const named = new Map([...old.children].filter((child) => child.id).map((child) => [child.id, child]));
  const unnamed = [...old.childNodes].filter((child) => !child.id);
  let place = old.firstChild;
  const kept = new Set();
  for (const child of [...next.childNodes]) {
    const match = child.id ? named.get(child.id) : unnamed.find((other) => !kept.has(other) && other.nodeName === child.nodeName);
    if (!match) {
      old.insertBefore(child, place);
      kept.add(child);
      continue;
    }
    const after = match.nextSibling;
    if (match === place) place = after;
    else move(old, match, place);
    const before = match.previousSibling;
    mend(match, child);
    const now = match.isConnected ? match : before ? before.nextSibling : old.firstChild;
    kept.add(match);
    kept.add(now);
  }
  for (const child of [...old.childNodes]) if (!kept.has(child)) drop(child);
}

// To move what has the focus without losing it is new in browsers; else it is given back.
function move(parent, child, place) {
  if (parent.moveBefore) {
    parent.moveBefore(child, place);
    return;
  }
  const focused = child.contains(document.activeElement) && document.activeElement;
  parent.insertBefore(child, place);
  if (focused) focused.focus({ preventScroll: true });
}

function drop(child) {
  const lost = child.contains(document.activeElement);
  const beside = lost && neighbour(child);
  child.remove();
  if (lost) (beside ?? document.querySelector("main h1"))?.focus({ preventScroll: true });
}

/** What gets the focus when what has it goes: the same place in the next row, or in the one before. */
function neighbour(gone) {
  const link = (element) => element?.querySelector?.(".q-link, a[href], button");
  return link(gone.nextElementSibling) ?? link(gone.previousElementSibling);
}

/** Does something to the page; the field that somebody is typing into stays where it is on the screen. */
export function whileTypingStays(change) {
  const typing = document.activeElement?.matches?.("textarea, input") && document.activeElement;
  if (!typing) {
    change();
    return;
  }
  const top = typing.getBoundingClientRect().top;
  const box = scroller(typing);
  const back = () => {
    const moved = typing.getBoundingClientRect().top - top;
    if (Math.abs(moved) < 1) return;
    lengthen(moved - (box.scrollHeight - box.clientHeight - box.scrollTop));
    box.scrollTop += moved;
  };
  change();
  back();
  requestAnimationFrame(back); // what browsers put right by themselves, they have by now
}

// A page that is too short to scroll gets some room at its end, until the next page.
function lengthen(by) {
  if (by <= 0) return;
  const main = document.querySelector("main");
  main.style.paddingBottom = `${Number.parseFloat(getComputedStyle(main).paddingBottom) + by}px`;
}

function scroller(element) {
  for (let box = element.parentElement; box; box = box.parentElement) {
    if (box.scrollHeight > box.clientHeight && /auto|scroll/.test(getComputedStyle(box).overflowY)) return box;
  }
  return document.scrollingElement;
}
