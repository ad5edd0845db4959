// What changes while a page is open. The server says that something did, by its number and no more
// (Server-Sent Events at /live); the page asks for itself again (body[data-live]) and takes what is new.
//
// A browser has one stream, whatever pages it shows: one of them holds a lock and listens, and tells the
// others. Only pages that are looked at ask, each after a moment of its own, so that five hundred do not
// ask at once. All that is asked for here says that nobody asked: it keeps no session alive.

import { mend, whileTypingStays } from "./mend.js";
import { announce, read } from "./said.js";

const viewer = () => document.body.dataset.viewer ?? "";
const address = () => document.body.dataset.live ?? "";
const ticketIn = (path) => Number(/^\/tickets\/(\d+)\/news/.exec(path)?.[1] ?? 0);

const latest = 2000; // how long a page may wait before it asks again
const hand = 1200; // a list does not move under a hand that is moving over it
const again = 30_000; // before a stream that was refused is asked for again

const channel = "BroadcastChannel" in window ? new BroadcastChannel(`amigo-live:${viewer()}`) : undefined;

// What was heard of late, and since when: a page that was asked for before may have missed it.
const log = [];
let since = Infinity;
let born = performance.timeOrigin;

function hear(news) {
  log.push(news);
  if (log.length > 200) since = log.shift().at;
  if (concerns(news)) soon();
  document.dispatchEvent(new CustomEvent("amigo:live", { detail: news }));
}

function tell(news) {
  const said = { ...news, at: Date.now() };
  channel?.postMessage({ news: said });
  hear(said);
}

/** Whether a page shows something of what changed. */
function concerns({ everything, change = {} }) {
  if (!address()) return false;
  if (everything) return true;
  const ticket = ticketIn(address());
  if (ticket) return (change.ticket ?? []).includes(ticket);
  return Boolean(change.ticket?.length) || (change.presence ?? []).some((id) => document.getElementById(`row-${id}`));
}

// The stream, in the page that holds the lock.

let source;

function listen() {
  source = new EventSource("/live");
  source.addEventListener("change", (event) => tell({ change: JSON.parse(event.data) }));
  source.addEventListener("everything", () => tell({ everything: true }));
  source.addEventListener("open", () => {
    if (since < Infinity) return;
    since = Date.now();
    channel?.postMessage({ since });
    missed();
  });
  // The browser comes again by itself after a line that broke, but not after an answer that it does not like.
  source.addEventListener("error", () => {
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => {
      tell({ everything: true });
      listen();
    }, again * (1 + Math.random()));
  });
}

channel?.addEventListener("message", ({ data }) => {
  if (data.news) hear(data.news);
  else if (data.ask && source) channel.postMessage({ since, log });
  else if (data.since && !source && since === Infinity) {
    since = data.since;
    log.push(...(data.log ?? []));
    missed();
  }
});

// What was said between the asking for this page and now was not said to it.
function missed() {
  if (since > born || log.some((news) => news.at >= born && concerns(news))) soon();
}

let begun = false;

function begin() {
  if (begun || !address() || !("EventSource" in window)) return;
  begun = true;
  if (navigator.locks && channel) {
    channel.postMessage({ ask: true });
    navigator.locks.request(`amigo-live:${viewer()}`, () => new Promise(listen));
  } else {
    listen();
  }
}

// Asking again.

let timer;
let asking = false;
let wanted = false;
let touched = 0;

function soon(most = ticketIn(address()) ? latest / 3 : latest) {
  wanted = true;
  if (document.hidden || timer) return;
  timer = setTimeout(renew, most * Math.random());
}

async function renew() {
  timer = undefined;
  if (!wanted || asking || document.hidden || document.body.ariaBusy) return;
  if (!ticketIn(address()) && Date.now() - touched < hand) {
    timer = setTimeout(renew, hand);
    return;
  }
  // A dialog gives the focus back to where it was: that stays until then.
  if (document.querySelector("dialog:modal")) {
    timer = setTimeout(renew, hand);
    return;
  }
  const from = address();
  if (!from) return;
  wanted = false;
  asking = true;
  try {
    const answer = await fetch(from, { headers: { "Amigo-Automatic": "1" }, redirect: "error" });
    const text = answer.ok ? await answer.text() : "";
    if (text && address() === from && !document.body.ariaBusy) take(text);
  } catch {
    wanted = true; // the line is down: the stream knows when it is not
  } finally {
    asking = false;
    if (wanted && !timer) timer = setTimeout(renew, latest);
  }
}

/** Puts what came into the page: each part in the place of the one with its name. */
function take(text) {
  const box = document.createElement("template");
  box.innerHTML = text;
  const parts = [...box.content.children].map((part) => [part.id && document.getElementById(part.id), part]);
  const before = read();
  const remark = unmark(parts.map(([old]) => old).filter(Boolean));
  whileTypingStays(() => {
    for (const [old, part] of parts) if (old) mend(old, part);
  });
  remark();
  for (const [old] of parts) if (old?.isConnected) window.htmx?.process(old);
  announce(before);
  document.dispatchEvent(new Event("amigo:renewed"));
}

// What htmx notes on elements is no difference: without it what has not changed is left alone, with what is
// selected in it. Answers with what notes it again.
function unmark(parts) {
  const mark = "data-htmx-powered";
  const marked = parts.flatMap((part) => [...part.querySelectorAll(`[${mark}]`)]);
  for (const element of marked) element.removeAttribute(mark);
  return () => marked.forEach((element) => element.setAttribute(mark, "true"));
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && wanted) soon();
});

for (const event of ["pointermove", "pointerdown"]) {
  document.addEventListener(event, ({ target }) => {
    if (target.closest?.("[data-rows]")) touched = Date.now();
  });
}

// A page that takes the place of another was asked for when the request began.
let asked = 0;
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (ctx.target === document.body) asked = Date.now();
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.target !== document.body) return;
  born = asked;
  wanted = false;
  begin();
  if (begun) missed();
});

begin();
