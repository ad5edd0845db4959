// What is typed into a form with data-draft stays in this tab until the server says that the form
// went through (data-sent, on a flash): a refused form, a lost session or a closed laptop costs
// nothing. Only what was typed and chosen is kept, never files or hidden fields, and nobody else gets
// to see it.

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

// Chooses again what was chosen; false where that is not offered any more. A list that has lost its
// entry shows none: one chooses anew.
function choose(form, draft) {
  const open = fields(form, "input[type=radio]").filter((radio) => radio.name in draft);
  const again = open.filter((radio) => radio.value === draft[radio.name]);
  if (again.length < new Set(open.map((radio) => radio.name)).size) return false;
  for (const radio of again) radio.checked = true;
  for (const list of fields(form, "select").filter((list) => draft[list.name])) list.value = draft[list.name];
  return true;
}

function settle() {
  for (const { dataset } of document.querySelectorAll("[data-sent]")) sessionStorage.removeItem(key(dataset.sent));
  document.querySelectorAll("form[data-draft]").forEach(restore);
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (form) save(form);
});

// Who signs out of a shared computer leaves nothing on it.
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-sign-out]")) sessionStorage.clear();
});

document.addEventListener("htmx:after:swap", settle);
settle();
