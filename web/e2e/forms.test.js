// What is wrong comes back filled, with the reason beside the field; what is not one's own does not exist.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import { look, story } from "./harness.js";
import { message, opener, photo, row, said, send, sendOff, take, write } from "./steps.js";

/** What is said beside a field, as a screen reader has it. */
function complaint(field) {
  return field.evaluate((element) => {
    const ids = (element.getAttribute("aria-describedby") ?? "").split(" ");
    const error = ids.map((id) => document.getElementById(id)).find((part) => part?.classList.contains("field-error"));
    return element.getAttribute("aria-invalid") === "true" ? error?.textContent.replace(/\s+/g, " ").trim() : undefined;
  });
}

/** Waits until something is said beside a field: an answer is there before it is shown. */
async function complains(field, words) {
  for (const end = Date.now() + 5000; ; await sleep(50)) {
    const said = await complaint(field);
    if (said === words || Date.now() > end) return assert.equal(said, words);
  }
}

/** Sends a form, and answers with the status of the answer to it. */
async function sent(page, press) {
  const answer = page.waitForResponse((response) => response.request().method() === "POST");
  await press();
  return (await answer).status();
}

story("a refused form comes back filled, with the reason beside each field", async ({ visit, allow }) => {
  allow(422);
  for (const javaScriptEnabled of [true, false]) {
    const page = await visit("agent.demo", { javaScriptEnabled });
    const subject = page.getByLabel("Sujet");
    const body = page.getByLabel("Description");
    await page.goto("/tickets/new");
    assert.equal(await sent(page, () => send(page)), 422);
    await page.getByRole("alert").getByText("2 points sont à corriger").waitFor();
    for (const field of [subject, body]) await complains(field, "Ce champ est à remplir.");

    await subject.evaluate((field) => field.removeAttribute("maxlength"));
    await write(page, { subject: "très long ".repeat(21), file: photo, hurry: "Je suis bloqué", service: "VPN" });
    assert.equal(await sent(page, () => send(page)), 422);
    await page.getByRole("alert").getByText("Un point est à corriger").waitFor();
    await complains(subject, "Ce texte est trop long : 200 caractères au plus.");
    assert.equal(await subject.inputValue(), "très long ".repeat(21).trim());
    assert.equal(await page.getByLabel("Service concerné").locator("option:checked").textContent(), "VPN");
    assert.ok(await page.getByLabel("Je suis bloqué").isChecked());
    await page.getByRole("link", { name: photo.name }).waitFor();
    if (javaScriptEnabled) await look(page, "ticket-new-refused");

    await write(page, { subject: "Court cette fois", body: "Et complet.", colleague: "Olivier" });
    assert.equal(await sent(page, () => send(page)), 422);
    await complains(page.getByLabel("Pour qui ?"), "Choisissez la personne dans la liste.");
    await page.getByRole("list", { name: "Personnes trouvées" }).getByRole("button", { name: "Olivier Marie" }).click();
    await page.getByRole("button", { name: "Changer" }).waitFor();

    await send(page);
    await said(page, "est enregistrée");
    await message(page, "Et complet.").getByRole("link", { name: photo.name }).waitFor();
    await page.goto("/tickets");
    assert.equal(await row(page, "Court cette fois").count(), javaScriptEnabled ? 1 : 2);
  }
});

story("a ticket that is somebody else's and one that is not there answer alike", async ({ visit, allow }) => {
  allow(404);
  const technician = await visit("technicien.demo");
  await technician.goto("/tickets?view=all");
  const theirs = await row(technician, "Compte verrouillé après trois essais").locator(".q-ref").textContent();

  const page = await visit("agent.demo");
  const seen = [];
  for (const ref of [theirs, "99999999"]) {
    const answer = await page.goto(`/tickets/${ref}`);
    const frame = await page.content();
    seen.push({ status: answer.status(), title: await page.title(), page: frame.replaceAll(ref, "REF").replace(/name="csrf" value="[^"]*"/g, "") });
  }
  assert.equal(seen[0].status, 404);
  assert.deepEqual(seen[0], seen[1]);
});

story("a note that was not sent comes back as a note, and an answer as an answer", async ({ visit }) => {
  const page = await visit("technicien.demo");
  await page.goto("/tickets?view=free");
  await opener(page, "Imprimante du secrétariat muette").click();
  const text = page.getByLabel("Votre message");
  for (const [kind, words] of [["Note interne", "Le mot de passe est sous le clavier."], ["Répondre", "Nous passons demain."]]) {
    await page.getByText(kind, { exact: true }).click();
    await text.fill(words);
    await page.reload();
    await page.getByRole("radio", { name: kind, checked: true }).waitFor();
    assert.equal(await text.inputValue(), words);
  }
});

story("two technicians on one ticket: who comes second is told, and loses nothing", async ({ visit, allow }) => {
  allow(409);
  const [first, second] = [await visit("technicien.demo"), await visit("technicienne.demo")];
  const both = [first, second];
  // What comes while a page is open is known to who sees it; the second has no line for it.
  for (const news of ["**/live", "**/news"]) await second.route(news, (route) => route.abort());
  await first.goto("/tickets?view=free");
  await opener(first, "Imprimante du secrétariat muette").click();
  await first.getByRole("button", { name: "Prendre" }).waitFor();
  const path = new URL(first.url()).pathname;

  await second.goto(path);
  await take(first);
  assert.equal(await sent(second, () => second.getByRole("button", { name: "Prendre" }).click()), 409);
  await second.getByText("Alexandre Blin a modifié cette demande").waitFor();

  // Both write an answer; then both end the work.
  for (const page of both) {
    await page.goto(path);
    await page.getByLabel("Votre message").fill(`Réponse de ${page === first ? "Caen" : "Rouen"}.`);
  }
  await send(first);
  await sendOff(first, "Message envoyé.");
  assert.equal(await sent(second, () => send(second)), 409);
  await second.getByText("Alexandre Blin a écrit entre-temps").waitFor();
  assert.equal(await second.getByLabel("Votre message").inputValue(), "Réponse de Rouen.");
  await message(second, "Réponse de Caen.").waitFor();
  await send(second);
  await sendOff(second, "Message envoyé.");

  for (const page of both) {
    await page.goto(`${path}?do=solve`);
    await page.getByRole("textbox", { name: "Solution" }).fill("Tambour changé.");
  }
  await first.goto(path);
  await first.getByRole("button", { name: "Mettre en attente" }).or(first.getByText("Mettre en attente")).first().click();
  await first.getByRole("button", { name: "d'un tiers" }).click();
  await said(first, "Ticket mis en attente.");
  assert.equal(await sent(second, () => second.getByRole("button", { name: "Résoudre" }).click()), 409);
  await second.getByText("Alexandre Blin a modifié cette demande").waitFor();
  assert.equal(await second.getByRole("textbox", { name: "Solution" }).inputValue(), "Tambour changé.");
  await look(second, "ticket-conflict");
  await second.getByRole("button", { name: "Résoudre" }).click();
  await sendOff(second, "Ticket résolu.");
});
