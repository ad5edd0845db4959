// What is typed into a form with data-draft is never lost. In a form with data-place the server keeps it a
// moment after it was typed, see the package tickets/draft: it is there on another computer, and after
// signing out. Until the server has it, and in the other forms, it stays in this tab: a refused form, a lost
// session or a closed laptop costs nothing. In the tab only what was typed and chosen is kept, never files
// or hidden fields, and nobody else gets to see it.

const filled = "textarea, select, input:is([type=text], [type=email], [type=tel], [type=url])";
const kept = `${filled}, input[type=radio]:checked`;

const key = (name) => `amigo-draft:${document.body.dataset.viewer ?? ""}:${name}`;
const fields = (form, which) => [...form.querySelectorAll(which)].filter((field) => field.name);

function save(form) {
  const draft = Object.fromEntries(fields(form, kept).map((field) => [field.name, field.value]));
  sessionStorage.setItem(key(form.dataset.draft), JSON.stringify(draft));
}

// Only empty fields are filled: what the server sent back is newer than what was kept. And only where
// the same can be chosen as before: what was begun as a note must not come back as an answer.
function restore(form) {
  const draft = JSON.parse(sessionStorage.getItem(key(form.dataset.draft)) ?? "{}");
  const empty = fields(form, filled).filter((field) => !field.value && draft[field.name]);
  if (empty.length === 0 || !choose(form, draft)) return;
  for (const field of empty) {
    field.value = draft[field.name];
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// Chooses again what was chosen; false where that is not offered any more.
function choose(form, draft) {
  const open = fields(form, "input[type=radio]").filter((radio) => radio.name in draft);
  const again = open.filter((radio) => radio.value === draft[radio.name]);
  const lists = fields(form, "select").filter((list) => draft[list.name]);
  const listed = lists.every((list) => [...list.options].some((option) => option.value === draft[list.name]));
  if (!listed || again.length < new Set(open.map((radio) => radio.name)).size) return false;
  for (const radio of again) radio.checked = true;
  for (const list of lists) list.value = draft[list.name];
  return true;
}

function settle() {
  for (const { dataset } of document.querySelectorAll("[data-sent]")) sessionStorage.removeItem(key(dataset.sent));
  document.querySelectorAll("form[data-draft]").forEach(restore);
}

// The server. One save at a time: each answer brings the version that the next one names.

const pause = 1000;
const states = new WeakMap();
const dirty = new Set();

function stateOf(form) {
  if (!states.has(form)) states.set(form, {});
  return states.get(form);
}

const chosen = (form) => form.querySelector("input[type=file]");

function body(form, files) {
  const data = new FormData(form);
  data.delete("files");
  for (const file of files) data.append("files", file);
  data.append("place", form.dataset.place);
  data.append("ticket", form.dataset.ticket ?? "");
  data.append("form", form.id);
  return data;
}

function keepLater(form, after = pause) {
  const state = stateOf(form);
  if (state.gone) return;
  dirty.add(form);
  clearTimeout(state.timer);
  state.timer = setTimeout(() => keep(form), after);
}

async function keep(form, keepalive = false) {
  const state = stateOf(form);
  clearTimeout(state.timer);
  if (!dirty.has(form) || state.gone) return;
  if (state.call) return void (state.again = true);
  dirty.delete(form);
  state.call = new AbortController();
  const files = keepalive ? [] : [...(chosen(form)?.files ?? [])].filter(fits(chosen(form)));
  try {
    const answer = await fetch("/drafts", { method: "POST", body: body(form, files), signal: state.call.signal, keepalive });
    const part = answer.redirected ? null : new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-draft-state]");
    if (part) place(form, part, answer.status, files);
  } catch {
    // Signed out, or the line is down: the tab has it.
  }
  state.call = null;
  if (state.again) {
    state.again = false;
    keepLater(form);
  }
}

const fits = (input) => (file) => file.size > 0 && file.size <= Number(input.dataset.limit);

// What the server keeps takes the place of what it kept before, unless somebody is at work there.
function place(form, part, status, sent) {
  const old = form.querySelector("[data-draft-state]");
  if (status === 409) stateOf(form).gone = true;
  if (!old) return;
  if (old.contains(document.activeElement)) {
    const version = part.querySelector("[name=draft]");
    if (version) old.querySelector("[name=draft]").value = version.value;
  } else {
    const open = old.querySelector("details[open]");
    old.replaceWith(part);
    if (open) part.querySelector("details")?.setAttribute("open", "");
  }
  if (status !== 200) return;
  sessionStorage.removeItem(key(form.dataset.draft));
  if (sent.length > 0) leaveOut(chosen(form), sent);
}

// Files that the server has are not sent a second time with the form.
function leaveOut(input, sent) {
  const rest = new DataTransfer();
  for (const file of input.files) if (!sent.includes(file)) rest.items.add(file);
  input.files = rest.files;
  input.dispatchEvent(new CustomEvent("amigo:files", { bubbles: true }));
}

// Now or never: what was typed a moment ago goes with the page.
function flush() {
  for (const form of dirty) {
    clearTimeout(stateOf(form).timer);
    navigator.sendBeacon("/drafts", body(form, []));
  }
  dirty.clear();
}

document.addEventListener("input", ({ target }) => {
  const form = target.closest("form[data-draft]");
  if (!form || target.matches("[type=file], [name=template]")) return;
  save(form);
  if (form.dataset.place) keepLater(form);
});

document.addEventListener("change", ({ target }) => {
  const form = target.closest("form[data-place]");
  if (form && target.matches("[type=file]")) keepLater(form, 100);
});

// What is sent needs no keeping.
document.addEventListener("submit", ({ target }) => {
  const state = states.get(target);
  if (!state) return;
  clearTimeout(state.timer);
  state.call?.abort();
  state.again = false;
  dirty.delete(target);
});

// Who signs out of a shared computer leaves nothing on it.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-sign-out]")) return;
  flush();
  sessionStorage.clear();
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) for (const form of [...dirty]) keep(form, true);
});
document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => ctx?.target === document.body && flush());
window.addEventListener("pagehide", flush);

// What was sent off says how long it can still be taken back.
setInterval(() => {
  for (const time of document.querySelectorAll("time[data-leaves]")) {
    const left = Math.max(0, Math.ceil((Date.parse(time.dateTime) - Date.now()) / 1000));
    time.textContent = time.textContent.replace(/\d+/, left);
  }
}, 1000);

document.addEventListener("htmx:after:swap", settle);
settle();
