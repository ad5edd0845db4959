// A year of days (data-grid) is one stop for Tab, not three hundred and sixty-five: the arrows walk
// in it, Home and End go to the ends of a month. Without this every day is a stop of its own.
// Where the days do not all fit, today is in view, or the day that was chosen.

const days = (grid) => [...grid.querySelectorAll("a.day-face")];

function settle() {
  for (const grid of document.querySelectorAll("[data-grid]")) {
    const all = days(grid);
    const first = all.find((day) => day.closest(".is-chosen")) ?? all.find((day) => day.ariaCurrent) ?? all[0];
    for (const day of all) day.tabIndex = day === first ? 0 : -1;
    if (first !== all[0]) reveal(first);
  }
}

// Scrolls a year that does not fit to a day, the page itself not at all.
function reveal(day) {
  const box = day.closest(".year-box");
  const [head, left] = [box.querySelector("th[scope=row]").offsetWidth, day.closest("td").offsetLeft];
  box.scrollLeft = left - (box.clientWidth + head - day.offsetWidth) / 2;
}

// The day nearest in the month above or below, as the eye sees it.
function across(day, step) {
  const row = day.closest("tr");
  const other = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  const left = (link) => link.getBoundingClientRect().left;
  return other && days(other).reduce((best, link) =>
    Math.abs(left(link) - left(day)) < Math.abs(left(best) - left(day)) ? link : best);
}

const moves = {
  ArrowLeft: (day, all) => all[all.indexOf(day) - 1],
  ArrowRight: (day, all) => all[all.indexOf(day) + 1],
  ArrowUp: (day) => across(day, -1),
  ArrowDown: (day) => across(day, 1),
  Home: (day) => days(day.closest("tr"))[0],
  End: (day) => days(day.closest("tr")).at(-1),
};

document.addEventListener("keydown", (event) => {
  const day = event.target.closest?.("[data-grid] a.day-face");
  const move = moves[event.key];
  if (!day || !move || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const next = move(day, days(day.closest("[data-grid]")));
  if (!next) return;
  day.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});

document.addEventListener("htmx:after:swap", settle);
settle();
