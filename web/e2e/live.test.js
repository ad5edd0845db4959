// What moves while a page is open: somebody else's answer, who is there, rows of the queue, the end of a session.

import assert from "node:assert/strict";

import { look, story } from "./harness.js";
import { ask, message, refOn, reply, row } from "./steps.js";
import { startAmigo } from "./amigo.js";

const subject = "Vidéoprojecteur qui clignote";
const composer = (page) => page.getByLabel("Votre message");
const beside = (page, words) => page.locator("#composer-present").getByText(words).waitFor();
const focused = (page) => page.evaluate(() => document.activeElement.id);

/** The streams that a window has open, whatever pages it shows. */
function streams(page) {
  const open = new Set();
  const stream = (request) => new URL(request.url()).pathname === "/live";
  page.context().on("request", (request) => stream(request) && open.add(request));
  for (const end of ["requestfinished", "requestfailed"]) page.context().on(end, (request) => open.delete(request));
  return open;
}

story("two technicians and a requester on one ticket see one another's words as they come", async ({ visit }) => {
  const claire = await visit("agent.demo");
  const { ref } = await ask(claire, { subject, body: "Il clignote depuis ce matin." });
  const one = await visit("technicien.demo");
  const open = streams(one);
  await one.goto(`/tickets/${ref}`);
  const queue = await one.context().newPage();
  await queue.goto("/tickets?view=all");
  const other = await visit("technicienne.demo");
  await other.goto(`/tickets/${ref}`);

  await one.bringToFront();
  await beside(other, "lit aussi ce ticket.");
  await composer(other).pressSequentially("Je regarde la lampe.");
  await beside(one, "écrit aussi…");
  await row(queue, subject).getByText(/écrit$/).waitFor();
  await look(one, "live-ticket");

  await composer(one).fill("Bonjour, avez-vous");
  await composer(one).press("End");
  const before = await composer(one).boundingBox();
  await reply(other, "Je regarde la lampe.");
  await message(one, "Je regarde la lampe.").waitFor();
  await one.getByRole("status").getByText("a répondu.").waitFor();
  assert.equal(await focused(one), "composer-body");
  await one.keyboard.type(" essayé ?");
  assert.equal(await composer(one).inputValue(), "Bonjour, avez-vous essayé ?");
  const after = await composer(one).boundingBox();
  assert.ok(Math.abs(after.y - before.y) < 3, `what is typed has moved from ${before.y} to ${after.y}`);
  await look(one, "live-answer");

  await message(claire, "Je regarde la lampe.").waitFor();
  assert.equal(await claire.locator("#composer-present").count(), 0, "a requester sees who is at the desk");
  assert.equal(open.size, 1, "a browser with two pages has one stream");
});

story("the queue renews itself under the keyboard, and the focus stays on its row", async ({ visit }) => {
  const page = await visit("technicien.demo");
  await page.goto("/tickets?view=all");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  const here = await page.evaluate(() => document.activeElement.getAttribute("href"));
  const claire = await visit("agent.demo");
  const { ref } = await ask(claire, { subject, body: "Il clignote." });
  await row(page, subject).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), here, "the focus is lost");
  assert.equal(refOn(claire), ref);
});

story("a page is warned before its session ends, and one key keeps it", async ({ visit, allow }) => {
  allow(401);
  const page = await visit("technicien.demo");
  await page.goto("/tickets?view=all");
  const stay = page.locator("#stay");
  await stay.getByText("Votre session s'arrête dans moins de deux minutes.").waitFor({ timeout: 30_000 });
  await look(page, "live-stay");
  await page.keyboard.press("y");
  await stay.waitFor({ state: "hidden" });
}, () => startAmigo({ env: { AMIGO_SESSION_IDLE: "130s" } }));

story("without JavaScript nothing moves by itself, and nothing is missing", async ({ visit }) => {
  const page = await visit("technicien.demo", { javaScriptEnabled: false });
  const claire = await visit("agent.demo", { javaScriptEnabled: false });
  const { ref } = await ask(claire, { subject, body: "Il clignote." });
  await page.goto(`/tickets/${ref}`);
  await reply(page, "Je regarde.");
  await message(page, "Je regarde.").waitFor();
  await claire.reload();
  await message(claire, "Je regarde.").waitFor();
  assert.equal(await page.locator("#stay:visible").count(), 0);
});
