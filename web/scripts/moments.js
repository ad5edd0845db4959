// Keeps "il y a 5 min" true while the page stays open.

const steps = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

function words(at) {
  const seconds = (at - Date.now()) / 1000;
  const [unit, length] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? steps.at(-1);
  const format = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always", style: "short" });
  return format.format(Math.trunc(seconds / length), unit).replace(/ (?=\d|[a-z]+\.?$)/g, "\u00a0");
}

function refresh() {
  if (document.hidden) return;
  for (const time of document.querySelectorAll("time[data-ages]")) {
    time.textContent = words(Date.parse(time.dateTime));
  }
}

setInterval(refresh, 30_000);
document.addEventListener("visibilitychange", refresh);
