// Warns two minutes before a session ends because nothing was asked for in a long time, with one key to
// stay. What one page of a browser learns of the end, all of them know.

const before = 120_000;

const channel = "BroadcastChannel" in window ? new BroadcastChannel(`amigo-stay:${document.body.dataset.viewer ?? ""}`) : undefined;

let ends = Infinity; // if nobody does anything
let longest = Infinity; // in any case

const box = () => document.getElementById("stay");
const button = () => box()?.querySelector("button");

function learn(until) {
  ends = until;
  draw();
}

function arm() {
  const { ends: left, longest: most } = document.body.dataset;
  if (left === undefined) return;
  longest = Date.now() + most * 1000;
  learn(Date.now() + left * 1000);
  channel?.postMessage(ends);
}

channel?.addEventListener("message", ({ data }) => learn(data));

const stateNow = () => {
  const left = ends - Date.now();
  if (left <= 0) return "over";
  if (left > before) return "";
  return longest - Date.now() <= before ? "last" : "soon";
};

let shown = "";
let cameFrom;

function draw() {
  const now = stateNow();
  if (!box() || (now === shown && box().hidden === !now)) return;
  shown = now;
  const held = box().contains(document.activeElement);
  for (const state of ["soon", "last", "over"]) {
    for (const part of box().querySelectorAll(`[data-stay-${state}]`)) part.hidden = state !== now;
  }
  box().hidden = !now;
  button().toggleAttribute("data-key", now === "soon");
  if (now === "soon") button().dataset.key = "y";
  if (held && now !== "soon") (cameFrom?.isConnected ? cameFrom : document.querySelector("main h1"))?.focus({ preventScroll: true });
}

/** Asks when the session ends: by POST it lasts from now on, by GET nothing changes. */
async function ask(method, body) {
  const answer = await fetch("/session/stay", { method, body, headers: method === "GET" ? { "Amigo-Automatic": "1" } : {} });
  const left = answer.headers.get("Amigo-Ends");
  if (answer.status === 401 || left === null) {
    ends = Math.min(ends, Date.now());
  } else {
    ends = Date.now() + left * 1000;
    channel?.postMessage(ends);
  }
  draw();
}

let asking = false;

// Before anybody is warned: another page, or what one types, may have kept the session.
async function look() {
  const now = stateNow();
  if (!now || now === shown || asking) {
    draw();
    return;
  }
  asking = true;
  try {
    await ask("GET");
  } catch {
    draw(); // the line is down: what is known is said
  } finally {
    asking = false;
  }
}

document.addEventListener("submit", async (event) => {
  if (!event.target.matches("form[data-stay-form]")) return;
  event.preventDefault();
  try {
    await ask("POST", new URLSearchParams(new FormData(event.target)));
  } catch {
    document.querySelector("#offline")?.removeAttribute("hidden");
  }
});

document.addEventListener("focusin", ({ target, relatedTarget }) => {
  if (box()?.contains(target) && relatedTarget && !box().contains(relatedTarget)) cameFrom = relatedTarget;
});

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.target !== document.body) return;
  shown = "";
  arm();
});
document.addEventListener("visibilitychange", () => document.hidden || look());
setInterval(look, 5_000);
arm();
