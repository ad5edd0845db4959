// Puts a template where the cursor stands. Without this the page comes back with it at the end.

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-insert]");
  if (!button) return;
  event.preventDefault();
  const { template, body } = button.form.elements;
  if (!template.value) return template.focus();
  const answer = await fetch(button.dataset.insert + template.value);
  if (!answer.ok || answer.redirected) return button.form.requestSubmit(button);
  const text = (await answer.text()).replace(/\r\n/g, "\n");
  const [from, to] = [body.selectionStart, body.selectionEnd];
  const gap = text.includes("\n") ? "\n" : " "; // no word runs into another
  const before = /\S$/.test(body.value.slice(0, from)) ? gap : "";
  const after = /^\S/.test(body.value.slice(to)) ? gap : "";
  body.setRangeText(before + text + after, from, to, "end");
  body.dispatchEvent(new Event("input", { bubbles: true }));
  template.value = "";
  body.focus();
});
