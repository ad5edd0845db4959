// A text grows with what is typed, and Ctrl+Enter sends it.

// Browsers that size a field by its content do this in CSS (field-sizing: content).
const grows = !CSS.supports("field-sizing", "content");

function grow(area) {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
}

if (grows) {
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-grow]")) grow(event.target);
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest("textarea[data-send]")?.form;
  if (form) {
    event.preventDefault();
    form.requestSubmit(form.querySelector(".btn-primary"));
  }
});
