// From nothing to the first page, and what is kept from one start to the next.

import assert from "node:assert/strict";

import { install } from "./amigo.js";
import { story } from "./harness.js";
import { ask, message, reply } from "./steps.js";

/** How many tickets there are, as the queue says. */
async function count(page) {
  await page.goto("/tickets?view=all");
  return Number(await page.locator("h1 .count").textContent());
}

story("an empty folder becomes an AMIGO, and stays the same one through stops and cuts", async ({ amigo, visit, note }) => {
  const began = performance.now();
  await amigo.start("demo");
  const answer = await fetch(amigo.url);
  await answer.text();
  note(`first page ${Math.round(performance.now() - began)} ms after the first start`);
  assert.equal(answer.status, 200);

  const [claire, alexandre] = [await visit("agent.demo"), await visit("technicien.demo")];
  const before = await count(alexandre);
  const { ref } = await ask(claire, { subject: "Serrure du casier 12", body: "La clé tourne dans le vide." });
  assert.equal(await amigo.end("demo"), 0);

  const again = performance.now();
  await amigo.start("demo");
  await fetch(amigo.url);
  note(`first page ${Math.round(performance.now() - again)} ms after the second start`);
  assert.equal(await count(alexandre), before + 1);
  await claire.goto(`/tickets/${ref}`); // still signed in
  await message(claire, "La clé tourne dans le vide.").waitFor();
  await reply(claire, "Et depuis hier elle est coincée.");

  await amigo.kill("demo");
  await amigo.start("demo");
  assert.equal(await count(alexandre), before + 1);
  await claire.goto(`/tickets/${ref}`);
  assert.equal(await message(claire, "Et depuis hier elle est coincée.").count(), 1);
}, install);
