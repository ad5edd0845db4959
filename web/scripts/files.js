// Says which files were chosen, how large they are, and what is wrong with them, before they travel. Files
// can be dragged onto a form and pasted into it.

const lang = () => document.documentElement.lang;

function size(bytes) {
  const units = lang() === "fr" ? ["o", "Ko", "Mo", "Go"] : ["B", "kB", "MB", "GB"];
  let step = 0;
  while (bytes >= 1024 && step < units.length - 1) {
    bytes /= 1024;
    step++;
  }
  const digits = new Intl.NumberFormat(lang(), { maximumFractionDigits: step > 1 && bytes < 10 ? 1 : 0 });
  return `${digits.format(bytes)}\u00a0${units[step]}`;
}

function wrong(file, input) {
  if (file.size > Number(input.dataset.limit)) return input.dataset.tooLarge;
  return file.size === 0 ? input.dataset.empty : "";
}

function line(file, input) {
  const item = document.createElement("li");
  const problem = wrong(file, input);
  item.textContent = problem ? `${file.name} ${problem}` : `${file.name} · ${size(file.size)}`;
  item.classList.toggle("too-big", problem !== "");
  return item;
}

function list(input) {
  document.getElementById(input.dataset.files)?.replaceChildren(...[...input.files].map((file) => line(file, input)));
}

for (const what of ["change", "amigo:files"]) {
  document.addEventListener(what, ({ target }) => {
    if (target.matches("input[type=file][data-files]")) list(target);
  });
}

const inputOf = (element) => element.closest?.("form")?.querySelector("input[type=file][data-files]");

// Adds files to those that were chosen.
function add(input, files) {
  const all = new DataTransfer();
  for (const file of [...input.files, ...files]) all.items.add(file);
  input.files = all.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

const brings = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
let over;

function mark(form) {
  if (over === form) return;
  over?.classList.remove("is-dropping");
  over = form;
  over?.classList.add("is-dropping");
}

document.addEventListener("dragover", (event) => {
  const input = brings(event) && inputOf(event.target);
  mark(input ? input.form : undefined);
  if (!input) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
});

document.addEventListener("drop", (event) => {
  const input = brings(event) && inputOf(event.target);
  mark();
  if (!input) return;
  event.preventDefault();
  add(input, event.dataTransfer.files);
});

document.addEventListener("dragend", () => mark());
document.addEventListener("dragleave", (event) => event.relatedTarget === null && mark());

// A screenshot has no name of its own; it is called by its moment.
function named(file) {
  if (!/^image\.(png|jpe?g|gif)$/i.test(file.name)) return file;
  const now = new Date();
  const two = (n) => String(n).padStart(2, "0");
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const ending = file.name.split(".").pop().toLowerCase();
  return new File([file], `capture-${day}-${two(now.getHours())}h${two(now.getMinutes())}.${ending}`, { type: file.type });
}

document.addEventListener("paste", (event) => {
  const input = inputOf(event.target);
  const files = [...(event.clipboardData?.files ?? [])];
  if (!input || files.length === 0) return;
  // Words that were copied with a picture of them (from a text program) are words.
  if (event.clipboardData.types.includes("text/plain")) return;
  event.preventDefault();
  add(input, files.map(named));
});
