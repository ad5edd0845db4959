// Writing on a ticket: nothing is lost, what was sent can be taken back, files come by hand and by paste.

import assert from "node:assert/strict";

import { look, story } from "./harness.js";
import { ask, message, said, sendOff } from "./steps.js";

const subject = "Écran de la salle des maîtres noir";

story("what a technician types is there on another computer, and leaves after a moment", async ({ visit }) => {
  const claire = await visit("agent.demo");
  const { ref } = await ask(claire, { subject, body: "Rien ne s'affiche." });

  const office = await visit("technicien.demo");
  await office.goto(`/tickets/${ref}`);
  await office.getByLabel("Votre message").fill("Est-il branché ?");
  await office.getByText("Brouillon gardé à").waitFor();
  const home = await visit("technicien.demo");
  await home.goto(`/tickets/${ref}`);
  assert.equal(await home.getByLabel("Votre message").inputValue(), "Est-il branché ?");

  await home.keyboard.press("r");
  await home.keyboard.press("Control+End");
  await home.keyboard.type(" Et allumé ?");
  await home.keyboard.press("Control+Enter");
  await home.getByText("part dans").first().waitFor();
  await look(home, "ticket-leaving");
  await home.keyboard.press("z");
  await said(home, "rien n'a été envoyé");
  assert.equal(await home.getByLabel("Votre message").inputValue(), "Est-il branché ? Et allumé ?");
  await home.getByRole("button", { name: "Envoyer", exact: true }).click();
  await home.getByText("part dans").first().waitFor();
  await claire.goto(`/tickets/${ref}`);
  assert.equal(await message(claire, "Et allumé ?").count(), 0, "it has left before its time");
  await message(home, "Et allumé ?").filter({ hasNotText: "part dans" }).or(home.getByText("Message envoyé.")).first().waitFor({ timeout: 20_000 });
  await claire.reload();
  await message(claire, "Et allumé ?").waitFor();
});

story("a screenshot is pasted, kept at once, and seen small", async ({ visit }) => {
  const claire = await visit("agent.demo");
  const { ref } = await ask(claire, { subject, body: "Rien ne s'affiche." });
  const page = await visit("technicien.demo");
  await page.goto(`/tickets/${ref}`);
  await page.getByRole("radio", { name: "Note interne" }).check();
  await page.getByLabel("Votre message").fill("Voici.");
  await page.getByLabel("Votre message").evaluate(async (area) => {
    const canvas = new OffscreenCanvas(640, 400);
    canvas.getContext("2d").fillRect(20, 20, 300, 200);
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([await canvas.convertToBlob()], "image.png", { type: "image/png" }));
    area.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  });
  await page.locator("form#composer .files").getByRole("link", { name: /^capture-\d{4}-\d\d-\d\d-\d\dh\d\d\.png/ }).waitFor();
  await page.reload();
  await page.locator("form#composer .files").getByRole("link", { name: "capture-" }).waitFor();
  await page.getByRole("button", { name: "Enregistrer la note" }).click();
  await said(page, "Note enregistrée.");
  await message(page, "Voici.").locator("img.file-preview").waitFor({ state: "attached" });
  await page.waitForFunction(() => {
    const image = document.querySelector("img.file-preview");
    image?.scrollIntoView();
    return image?.complete && image.naturalWidth > 0;
  });
  await look(page, "ticket-preview");
});

story("a template is put where the cursor stands", async ({ visit }) => {
  const claire = await visit("agent.demo");
  const { ref } = await ask(claire, { subject, body: "Rien ne s'affiche." });
  const page = await visit("technicien.demo");
  await page.goto("/templates/new");
  await page.getByLabel("Nom").fill("Salut");
  await page.getByLabel("Texte").fill("Bonjour {{demandeur}},");
  await look(page, "template");
  await page.getByRole("button", { name: "Enregistrer", exact: true }).click();
  await said(page, "Le modèle est enregistré.");
  await look(page, "templates");
  await page.goto(`/tickets/${ref}`);
  const text = page.getByLabel("Votre message");
  await text.fill("éteignez-le.");
  await text.press("Control+Home");
  await page.getByLabel("Modèle").selectOption({ label: "Salut" });
  await page.getByRole("button", { name: "Insérer" }).click();
  await page.waitForFunction(() => /^Bonjour .+, éteignez-le\.$/.test(document.querySelector("#composer-body").value));
  await page.getByRole("button", { name: "Envoyer", exact: true }).click();
  await sendOff(page, "Message envoyé.");
  await page.goto("/drafts");
  await look(page, "drafts");
});
