// Who else has this ticket before them, and who is writing. A page that is looked at gives a sign of life,
// and is answered with the others; a page that is left says so, and one that cannot fades by itself.

const every = 20_000; // between two signs of life
const typed = 5_000; // between two of somebody who types
const rest = 8_000; // who has not typed for so long has stopped

const place = () => document.getElementById("composer-present");
const ticketHere = () => (place() && !document.hidden ? Number(/^\/tickets\/(\d+)\/news/.exec(document.body.dataset.live ?? "")?.[1] ?? 0) : 0);

let at = 0; // the ticket at which others have heard that we are
let typing = 0; // when the last sign was given that we type
let stopping;

function words(ticket, doing) {
  const csrf = document.querySelector("input[name=csrf]")?.value ?? "";
  return new URLSearchParams({ csrf, ticket, doing });
}

async function sign(doing) {
  const ticket = ticketHere();
  if (at && at !== ticket) leave();
  if (!ticket) return;
  at = ticket;
  try {
    const answer = await fetch("/live/here", { method: "POST", body: words(ticket, doing), headers: { "Amigo-Automatic": "1" } });
    if (answer.ok && ticketHere() === ticket) say(await answer.text());
  } catch {
    // The line is down, and says so elsewhere.
  }
}

function say(text) {
  const span = place();
  if (span && span.textContent !== text) span.textContent = text;
}

function leave() {
  if (at) navigator.sendBeacon("/live/here", words(at, "left"));
  at = 0;
  typing = 0;
  clearTimeout(stopping);
}

const now = () => (Date.now() - typing < rest ? "typing" : "seen");

document.addEventListener("input", ({ target }) => {
  if (!target.matches("main form[data-draft] textarea") || !ticketHere()) return;
  clearTimeout(stopping);
  stopping = setTimeout(() => {
    typing = 0;
    sign("stopped");
  }, rest);
  if (Date.now() - typing < typed) return;
  typing = Date.now();
  sign("typing");
});

// Somebody came, went, or writes.
document.addEventListener("amigo:live", ({ detail: { change, everything } }) => {
  if (at && (everything || change?.presence?.includes(at))) setTimeout(() => at && sign(now()), 200 + 300 * Math.random());
});

setInterval(() => sign(now()), every);
document.addEventListener("visibilitychange", () => (document.hidden ? leave() : sign(now())));
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.target !== document.body) return;
  typing = 0;
  clearTimeout(stopping);
  sign("seen");
});
window.addEventListener("pagehide", leave);
sign("seen");
