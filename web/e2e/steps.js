// What people do on the pages, found by the words they read. The same steps serve with JavaScript and without.

import { setTimeout as sleep } from "node:timers/promises";

/** Waits until an AMIGO has said something in answer to what was done. */
export function said(page, words) {
  return page.locator("#flash").getByText(words).waitFor();
}

/** The number of the ticket that a page shows. */
export const refOn = (page) => new URL(page.url()).pathname.split("/").pop();

/** Fills the form of somebody who asks, as far as there is something to fill in, and does not send it. */
export async function write(page, { subject, body, file, service, hurry, colleague, place }) {
  if (subject !== undefined) await page.getByLabel("Sujet").fill(subject);
  if (body !== undefined) await page.getByLabel("Description").fill(body);
  if (file) await page.getByLabel("Fichiers joints").setInputFiles(file);
  if (service) await page.getByLabel("Service concerné").selectOption({ label: service });
  if (hurry) await page.getByLabel(hurry).check();
  if (colleague) await page.getByLabel("Pour qui ?").fill(colleague);
  if (place) await page.getByLabel("Établissement").selectOption({ label: place });
}

/** Sends the form for a new ticket. */
export function send(page) {
  return page.getByRole("button", { name: "Envoyer", exact: true }).click();
}

/** Opens a ticket, and answers with its number and with what was said about it. */
export async function ask(page, request) {
  await page.goto("/tickets/new");
  await write(page, request);
  await send(page);
  const answer = page.locator("#flash").getByText("est enregistrée");
  const words = await answer.textContent();
  return { ref: refOn(page), words };
}

/** Takes the ticket that the page shows. */
export async function take(page) {
  await page.getByRole("button", { name: "Prendre" }).click();
  await said(page, "Vous suivez ce ticket.");
}

/** What staff send waits for some seconds, in which they can take it back: sends it at once, and waits for the words. */
export async function sendOff(page, words) {
  const now = page.getByRole("button", { name: "Envoyer maintenant" });
  await now.or(page.locator("#flash").getByText(words)).first().waitFor();
  if (await now.count()) await now.click();
  await said(page, words);
}

/** Answers on the ticket that the page shows. */
export async function reply(page, text) {
  await page.getByLabel("Votre message").fill(text);
  await send(page);
  await sendOff(page, "Message envoyé.");
}

/** Ends the work on the ticket that the page shows. */
export async function solve(page, { solution, outcome, cause }) {
  await page.getByRole("link", { name: "Résoudre" }).click();
  await page.getByRole("textbox", { name: "Solution" }).fill(solution);
  await page.getByRole("combobox", { name: "Issue" }).selectOption({ label: outcome });
  await page.getByRole("combobox", { name: "Cause" }).selectOption({ label: cause });
  await page.getByRole("button", { name: "Résoudre" }).click();
  await sendOff(page, "Ticket résolu.");
}

/** The message on a ticket that holds these words. */
export function message(page, words) {
  return page.getByRole("article").filter({ hasText: words });
}

/** The row of the queue, or of one's own requests, with this subject. */
export function row(page, subject) {
  return page.locator("[data-rows] :is(tr, li)").filter({ has: page.getByRole("link", { name: subject }) });
}

/** The link of such a row that opens the ticket; beside it stands one that only looks at it. */
export function opener(page, subject) {
  return row(page, subject).getByRole("link", { name: subject });
}

/**
 * Loads a page again and again until something stands on it: for what arrives by mail, or is done by a job.
 * patience is in seconds.
 */
export async function eventually(page, path, find, patience = 15) {
  for (const end = Date.now() + patience * 1000; ; await sleep(200)) {
    await page.goto(path);
    const found = find(page);
    if (await found.count()) return found;
    if (Date.now() > end) throw new Error(`${path} does not show it within ${patience} seconds: ${found}\n${await page.locator("main").innerText()}`);
  }
}

/** A small picture, as a phone would take one: a file that nobody needs to invent. */
export const photo = {
  name: "écran bloqué.png",
  mimeType: "image/png",
  buffer: Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64"),
};
