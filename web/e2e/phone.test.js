// In the hand: a narrow window, fingers instead of a mouse.

import assert from "node:assert/strict";

import { story } from "./harness.js";
import { message, opener, refOn, reply, said, send, take, write } from "./steps.js";

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** No page may be wider than the phone. */
async function fits(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= phone.viewport.width, `${page.url()} is ${wide} px wide`);
}

story("on a phone: a requester asks, a technician answers from the train", async ({ visit }) => {
  const page = await visit("agent.demo", phone);
  await page.getByRole("main").getByRole("link", { name: "Ouvrir une demande" }).tap();
  await page.getByRole("heading", { level: 1, name: "Ouvrir une demande" }).waitFor();
  await write(page, { subject: "Rideau du gymnase bloqué", body: "Il ne remonte plus." });
  await fits(page);
  await send(page);
  await said(page, /Réponse avant .+, résolution avant/);
  await fits(page);
  const ref = refOn(page);

  const technician = await visit("technicien.demo", phone);
  await technician.locator("summary", { hasText: "Menu" }).tap();
  await technician.getByRole("link", { name: "À prendre" }).tap();
  await opener(technician, "Rideau du gymnase bloqué").tap();
  await technician.getByText(`AMIGO #${ref}`).waitFor();
  await fits(technician);
  await take(technician);
  await reply(technician, "J'arrive jeudi.");
  await fits(technician);

  await page.goto(`/tickets/${ref}`);
  await message(page, "J'arrive jeudi.").waitFor();
});
