// Says which files were chosen, how large they are, and which are too large, before they travel.

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

function line(file, input) {
  const item = document.createElement("li");
  const large = file.size > Number(input.dataset.limit);
  item.textContent = large ? `${file.name} ${input.dataset.tooLarge}` : `${file.name} · ${size(file.size)}`;
  item.classList.toggle("too-big", large);
  return item;
}

document.addEventListener("change", (event) => {
  const input = event.target.closest("input[type=file][data-files]");
  if (!input) return;
  const list = document.getElementById(input.dataset.files);
  list.replaceChildren(...[...input.files].map((file) => line(file, input)));
});
