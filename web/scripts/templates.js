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
  body.setRangeText(text, from, to, "end");
  body.dispatchEvent(new Event("input", { bubbles: true }));
  template.value = "";
  body.focus();
});
