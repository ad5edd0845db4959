// Mail on a ticket and those around it: a letter shown as it was laid out, third parties, copies, and what each
// person wants to be written about. By keyboard alone, and without JavaScript.

import assert from "node:assert/strict";

import { look, story } from "./harness.js";
import { eventually, message, row, said, sendOff } from "./steps.js";

const subject = "Tableau de la salle 12 tout bleu";

/** A mail with a layout, an image from elsewhere, copies, and what no page may do. */
const laidOut = [
  "From: Claire Martin <agent.demo@academie.test>",
  "To: assistance@academie.test",
  "Cc: nadia.leroy@academie.test, parent@exemple.test",
  `Subject: ${subject}`,
  "Message-ID: <tableau@e2e.test>",
  "MIME-Version: 1.0",
  "Content-Type: text/html; charset=utf-8",
  "",
  `<p onclick="x()">Il est <b>tout bleu</b>.</p><script>document.title = "pris"</script>
   <img src="https://suivi.test/pixel.gif" alt="pixel"><form action="https://mal.test"><input name="mdp"></form>
   <a href="https://mal.test/">https://academie.test/</a>`,
].join("\r\n");

/** Goes forward by the Tab key until the focus is there. */
async function tabTo(page, target) {
  for (let stops = 0; stops < 150; stops++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the Tab key does not lead to ${target}`);
}

async function type(page, label, words) {
  await tabTo(page, page.getByLabel(label, { exact: true }));
  await page.keyboard.type(words);
}

async function enter(page, target) {
  await tabTo(page, target);
  await page.keyboard.press("Enter");
}

story("by keyboard alone: a digest, a letter in its frame, a third party written to, a copy that follows", async ({ visit, sendMail }) => {
  const page = await visit("technicien.demo");
  await sendMail({ from: "agent.demo@academie.test", raw: laidOut });

  await page.goto("/preferences");
  await tabTo(page, page.getByRole("radio", { name: "Chaque message" }));
  await page.keyboard.press("ArrowDown");
  await enter(page, page.locator("#preferences").getByRole("button", { name: "Enregistrer" }));
  await said(page, "Vos préférences sont enregistrées.");
  assert.ok(await page.getByRole("radio", { name: "Un résumé par jour" }).isChecked());
  await look(page, "preferences");

  await eventually(page, "/tickets?view=all", (page) => row(page, subject));
  await enter(page, row(page, subject).getByRole("link", { name: subject }));
  await page.getByRole("heading", { level: 1, name: subject }).waitFor();
  await enter(page, page.locator("summary", { hasText: "Afficher la mise en forme" }));
  const frame = page.frameLocator("iframe");
  await frame.getByText("tout bleu").waitFor();
  assert.equal(await frame.locator("form, script, img").count(), 0, "the frame holds what a letter may not do");
  await frame.getByText("mène à mal.test").waitFor();

  await enter(page, page.getByRole("link", { name: "Ajouter un tiers" }));
  await type(page, "Nom", "Éditeur du tableau");
  await type(page, "Adresse de courriel", "support@editeur.test");
  await page.keyboard.press("Enter");
  await said(page, "Le tiers est ajouté.");
  await tabTo(page, page.getByRole("radio", { name: "Répondre" }));
  await page.keyboard.press("ArrowLeft");
  assert.ok(await page.getByRole("radio", { name: "Écrire à un tiers" }).isChecked());
  await type(page, "Votre message", "Le tableau 12 est bleu. Une idée ?");
  await enter(page, page.getByRole("button", { name: "Envoyer au tiers" }));
  await sendOff(page, "Le message est parti au tiers.");
  await message(page, "Une idée ?").getByText("Note interne envoyée à Éditeur du tableau").waitFor();

  await enter(page, page.getByRole("link", { name: "Ajouter au suivi nadia.leroy@academie.test" }));
  await enter(page, page.getByRole("button", { name: "Ajouter au suivi" }));
  await said(page, "La personne suit désormais la demande.");
  await page.locator("#followers").getByText("Nadia Leroy", { exact: true }).waitFor();
  await look(page, "ticket-around");
});

story("without JavaScript: a copy from outside is let in, a held mail is released, rules are changed", async ({ visit, sendMail, allow }) => {
  allow(422); // the question before somebody from outside is let in
  const page = await visit("superviseur.demo", { javaScriptEnabled: false });
  await sendMail({ from: "agent.demo@academie.test", raw: laidOut });
  await eventually(page, "/tickets?view=all", (page) => row(page, subject));
  await row(page, subject).getByRole("link", { name: subject }).click();
  await page.getByRole("link", { name: "Ajouter au suivi parent@exemple.test" }).click();
  await page.getByRole("button", { name: "Ajouter au suivi" }).click();
  await page.getByText("Cette personne n'est pas dans l'annuaire").waitFor();
  await page.getByRole("button", { name: "Ajouter quand même" }).click();
  await said(page, "La personne suit désormais la demande.");

  const ref = new URL(page.url()).pathname.split("/").pop();
  await sendMail({ from: "curieux@exemple.test", subject: `Re: [AMIGO #${ref}] Tableau`, text: "Envoyez-moi la suite." });
  await (await eventually(page, "/admin/mail?state=held", (page) => page.getByRole("link", { name: "Tableau" }))).click();
  await page.getByRole("button", { name: "Rattacher" }).click();
  await said(page, "Le message est sur");

  await page.goto("/admin/mail/rules");
  await page.getByRole("textbox", { name: "Messages d'une même adresse, par heure" }).fill("40");
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await said(page, "Les règles sont enregistrées.");
});

story("the pages about mail", async ({ visit }) => {
  const page = await visit("superviseur.demo");
  for (const [name, path] of Object.entries({ "mail-rules": "/admin/mail/rules", "mail-none-held": "/admin/mail?state=held" })) {
    await page.goto(path);
    await look(page, name);
  }
  const claire = await visit("agent.demo");
  await claire.goto("/preferences");
  await look(claire, "preferences-asks");
});
