// Everything once without JavaScript: nothing that matters needs it.

import assert from "node:assert/strict";

import { story } from "./harness.js";
import { ask, message, opener, photo, reply, row, said, sendOff, solve, take } from "./steps.js";

const javaScriptEnabled = false;

story("without JavaScript: ask, take, reply, wait, answer, classify, solve, reopen", async ({ visit }) => {
  const claire = await visit("agent.demo", { javaScriptEnabled });
  const subject = "Pointeuse de la loge arrêtée";
  const { ref, words } = await ask(claire, { subject, body: "Plus d'heure affichée.", file: photo, colleague: "olivier.marie", hurry: "Ce n'est pas pressé" });
  assert.match(words, /Réponse avant .+, résolution avant .+\./);

  const alexandre = await visit("technicien.demo", { javaScriptEnabled });
  await alexandre.goto("/tickets?view=free");
  await opener(alexandre, subject).click();
  await take(alexandre);
  await message(alexandre, "Plus d'heure affichée.").getByRole("link", { name: photo.name }).waitFor();
  await alexandre.getByLabel("Votre message").fill("Quel modèle est-ce ?");
  await alexandre.getByRole("button", { name: "Envoyer et attendre la réponse" }).click();
  await sendOff(alexandre, "Message envoyé.");

  await claire.goto("/");
  await row(claire, subject).getByText("Attend votre réponse").waitFor();
  await opener(claire, subject).click();
  await reply(claire, "Une Kelio, de 2019.");

  await alexandre.goto(`/tickets/${ref}`);
  await message(alexandre, "Une Kelio, de 2019.").waitFor();
  await alexandre.getByRole("radio", { name: "Note interne" }).check();
  await alexandre.getByLabel("Votre message").fill("Pile à commander.");
  await alexandre.getByRole("button", { name: "Enregistrer la note" }).click();
  await said(alexandre, "Note enregistrée.");
  await alexandre.getByRole("link", { name: "Modifier" }).click();
  await alexandre.getByLabel("Priorité").selectOption({ label: "Normale" });
  await alexandre.getByRole("button", { name: "Enregistrer", exact: true }).click();
  await said(alexandre, "Classement enregistré.");
  await solve(alexandre, { solution: "Pile remplacée.", outcome: "Corrigé", cause: "Matériel" });

  await claire.goto(`/tickets/${ref}`);
  assert.equal(await message(claire, "Pile à commander.").count(), 0, "a requester reads an internal note");
  await message(claire, "Pile remplacée.").waitFor();
  await claire.getByLabel("Qu'est-ce qui ne va toujours pas ?").fill("Elle retarde.");
  await claire.getByRole("button", { name: "Rouvrir la demande" }).click();
  await said(claire, "C'est rouvert.");

  await alexandre.goto(`/tickets/${ref}`);
  await message(alexandre, "Elle retarde.").waitFor();
  await alexandre.getByRole("link", { name: "Résoudre" }).waitFor();
});
