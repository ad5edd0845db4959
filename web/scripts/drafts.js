// What is typed into a form with data-draft stays in this tab until the server says that the form
// went through (data-sent, on a flash): a refused form, a lost session or a closed laptop costs
// nothing. Only text is kept, never files or hidden fields, and nobody else gets to see it.

const kept = "textarea, select, input:is([type=text], [type=email], [type=tel], [type=url])";

const key = (name) => `amigo-draft:${document.body.dataset.viewer ?? ""}:${name}`;
const fields = (form) => [...form.querySelectorAll(kept)].filter((field) => field.name);

function save(form) {
  const draft = Object.fromEntries(fields(form).map((field) => [field.name, field.value]));
  sessionStorage.setItem(key(form.dataset.draft), JSON.stringify(draft));
}

// Only empty fields are filled: what the server sent back is newer than what was kept.
function restore(form) {
  const draft = JSON.parse(sessionStorage.getItem(key(form.dataset.draft)) ?? "{}");
  for (const field of fields(form)) {
    if (field.value || !draft[field.name]) continue;
    field.value = draft[field.name];
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
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
