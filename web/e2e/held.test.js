// Mail that claims a ticket which is not its sender's: it waits for a person to decide.

import assert from "node:assert/strict";

import { look, story } from "./harness.js";
import { eventually, message, row } from "./steps.js";

story("a stranger's mail about somebody's ticket is held until a technician decides, and is a note then", async ({ visit, sendMail }) => {
  const page = await visit("technicien.demo");
  await page.goto("/tickets?view=all");
  const ref = await row(page, "Imprimante du secrétariat muette").locator(".q-ref").innerText();
  await sendMail({ from: "curieux@exemple.test", subject: `Re: [AMIGO #${ref}] Imprimante`, text: "Envoyez-moi la suite." });

  await (await eventually(page, "/admin/mail?state=held", (page) => page.getByRole("link", { name: "Imprimante" }))).click();
  await page.getByRole("main").getByText("Envoyez-moi la suite.").waitFor();
  await look(page, "mail-held");
  const claire = await visit("agent.demo");
  await claire.goto(`/tickets/${ref}`);
  assert.equal(await message(claire, "Envoyez-moi la suite.").count(), 0, "it was filed before anybody decided");

  await page.getByLabel("Numéro du ticket").fill(ref);
  await page.getByRole("button", { name: "Rattacher" }).click();
  await page.locator("#flash").getByText("Le message est sur").waitFor();
  await page.goto(`/tickets/${ref}`);
  await message(page, "Envoyez-moi la suite.").getByText("note interne").waitFor();
  await claire.reload();
  assert.equal(await message(claire, "Envoyez-moi la suite.").count(), 0, "a requester reads an internal note");
});
