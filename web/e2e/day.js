// One day at the desk: the main job of AMIGO from the first word to the figure that supervisors are held to.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { eventually, message, photo, refOn, reply, row, said, send, solve, take, write } from "./steps.js";

const web = "Tablette de l'infirmerie éteinte";
const mail = "Vidéoprojecteur sans image en salle 12";
const guest = "Mot de passe Educonnect perdu";
const school = "Standard muet depuis ce matin";

/**
 * Lives the day, as its people do: Claire Martin asks, Alexandre Blin answers, Nathalie Fouques looks into the
 * outbox, Véronique Lambert counts.
 */
export async function liveADay({ visit, sendMail }) {
  const veronique = await visit("superviseur.demo");
  const before = await solvedLately(veronique);

  const claire = await visit("agent.demo");
  const ref = await askForAColleague(claire);
  await writeMails(sendMail);

  const alexandre = await visit("technicien.demo");
  const mailed = await findInTheQueue(alexandre);

  await alexandre.goto(`/tickets/${ref}`);
  await take(alexandre);
  await reply(alexandre, "Bonjour, la tablette reste-t-elle noire une fois branchée ?");

  const nathalie = await visit("admin.demo");
  const letter = await readLetter(nathalie, { to: "agent.demo@academie.test", kind: "réponse", words: "reste-t-elle noire" });
  assert.match(letter.subject, new RegExp(`\\[AMIGO #${ref}\\]`));
  assert.match(letter.replyTo, /^assistance\+r\.[a-z2-7]{26,}@academie\.test$/);

  const answer = (text) => sendMail({
    from: "agent.demo@academie.test",
    to: letter.replyTo,
    subject: `Re: ${letter.subject}`,
    text: `${text}\n\nLe 18 nov. 2026 à 10:12, Assistance AMIGO a écrit :\n> Bonjour, la tablette\n> reste-t-elle noire une fois branchée ?\n`,
  });
  await answer("Oui, noire, même branchée.");
  await eventually(alexandre, `/tickets/${ref}`, (page) => message(page, "Oui, noire, même branchée."));

  await solve(alexandre, { solution: "Batterie remplacée.", outcome: "Corrigé", cause: "Matériel" });
  await claire.goto(`/tickets/${ref}`);
  await claire.getByText("Cette demande est résolue.").waitFor();
  await answer("Elle s'est éteinte de nouveau.");
  await eventually(claire, `/tickets/${ref}`, (page) => message(page, "Elle s'est éteinte de nouveau."));
  assert.equal(await claire.getByText("Cette demande est résolue.").count(), 0, "an answer reopens what was solved");

  await alexandre.goto(`/tickets/${ref}`);
  await solve(alexandre, { solution: "Tablette échangée.", outcome: "Corrigé", cause: "Matériel" });
  await alexandre.goto(`/tickets/${mailed}`);
  await take(alexandre);
  await solve(alexandre, { solution: "Câble HDMI rebranché.", outcome: "Expliqué", cause: "Utilisation" });

  await claire.goto("/tickets");
  for (const subject of [web, mail]) await row(claire, subject).getByText("Résolue").waitFor();
  assert.equal(await solvedLately(veronique), before + 2);
}

/** Claire asks on the web, for a colleague, at one of the two schools where he works. */
async function askForAColleague(claire) {
  await claire.getByRole("main").getByRole("link", { name: "Ouvrir une demande" }).click();
  await write(claire, { subject: web, body: "Elle ne s'allume plus.\nDepuis ce matin.", file: photo, hurry: "Je suis bloqué" });
  await claire.getByLabel("Pour qui ?").pressSequentially("marie");
  await claire.getByRole("list", { name: "Personnes trouvées" }).getByRole("button", { name: "Olivier Marie" }).click();
  await write(claire, { place: "Lycée Jeanne-Harel, Caen" });
  await send(claire);
  await said(claire, /Réponse avant .+, résolution avant .+\./);

  await message(claire, "Elle ne s'allume plus.").waitFor();
  await claire.getByText(/Réponse avant .+, résolution avant .+\./).last().waitFor();
  const download = claire.waitForEvent("download");
  await claire.getByRole("link", { name: photo.name }).click();
  assert.deepEqual(await readFile(await (await download).path()), photo.buffer);
  return refOn(claire);
}

/** Mails come in: from Claire by another of her addresses, from somebody unknown, from a school. */
async function writeMails(sendMail) {
  await sendMail({ from: "claire.martin@ac-caen.test", subject: mail, text: "Bonjour,\n\nplus d'image depuis lundi.\n" });
  await sendMail({ from: "parent@exemple.test", subject: guest, text: "Bonjour, je suis parent d'élève." });
  await sendMail({ from: "ce.0769901z@academie.test", subject: school, text: "Plus de tonalité." });
}

/** Alexandre finds all four, each by whom it is for and where, in the order of what is due. */
async function findInTheQueue(alexandre) {
  const from = (subject) => row(alexandre, subject).locator(".q-from").innerText();
  for (const subject of [mail, guest, school]) await eventually(alexandre, "/tickets?view=all", (page) => row(page, subject));
  assert.match(await from(web), /^Olivier Marie\s+Lycée Jeanne-Harel/);
  assert.match(await from(mail), /^Claire Martin\s+Lycée Jeanne-Harel/);
  assert.match(await from(guest), /^parent@exemple\.test/);
  assert.match(await from(school), /^Lycée Marguerite-Delahaye/);

  const dates = await alexandre.locator("[data-rows] td.q-due").evaluateAll((cells) => cells.map((cell) => cell.querySelector("time")?.dateTime ?? "none"));
  assert.ok(dates.length >= 20, `only ${dates.length} tickets`);
  assert.deepEqual(dates, dates.toSorted(), "by what is due; what has no date stands last");
  return row(alexandre, mail).locator(".q-ref").innerText();
}

/** How many incidents the supervisor's page counts for these two months; it measures them against 18 hours. */
async function solvedLately(veronique) {
  const day = (ago) => new Date(Date.now() - ago * 24 * 3600 * 1000).toISOString().slice(0, 10);
  await veronique.goto(`/reports?from=${day(60)}&to=${day(-1)}`);
  const main = veronique.getByRole("main");
  await main.getByText("18 h").first().waitFor();
  const sentence = await main.getByText(/Moyenne en heures ouvrées des \d+ incidents résolus/).first().innerText();
  return Number(/des (\d+)/.exec(sentence)[1]);
}

/** Reads, in the outbox, the newest letter of a kind to an address, as it would be sent. */
async function readLetter(nathalie, { to, kind, words }) {
  const line = (page) => page.getByRole("row").filter({ hasText: to }).filter({ hasText: kind }).getByRole("link");
  await (await eventually(nathalie, "/admin/letters", line)).first().click();
  const main = nathalie.getByRole("main");
  await main.locator("pre").filter({ hasText: words }).waitFor();
  await nathalie.frameLocator("iframe").getByText(words).last().waitFor(); // the first is what a mailbox shows of a letter that is not open
  const fact = (term) => main.locator("dt", { hasText: term }).locator("xpath=following-sibling::dd[1]").innerText();
  const [, replyTo] = /<(.+)>/.exec(await fact("Répondre à"));
  return { subject: await main.getByRole("heading", { level: 1 }).innerText(), replyTo };
}
