// One click, from a letter: what somebody thinks of a solution, without an account at hand.

import assert from "node:assert/strict";

import { story } from "./harness.js";
import { ask, eventually, solve, take } from "./steps.js";

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const why = "Elle s'éteint encore le soir.";

/** The two addresses that a letter about a solution offers, by what they answer. */
async function choices(nathalie, ref) {
  const line = (page) => page.getByRole("row").filter({ hasText: "agent.demo@academie.test" }).filter({ hasText: "solution" }).filter({ hasText: ref }).getByRole("link");
  await (await eventually(nathalie, "/admin/letters", line)).first().click();
  const text = await nathalie.getByRole("main").locator("pre").filter({ hasText: "/satisfaction/" }).first().innerText();
  return ["good", "bad"].map((answer) => new RegExp(`/satisfaction/\\S+\\?r=${answer}`).exec(text)[0]);
}

story("a solution is judged from its letter: by a person on a phone, not by what scans mail", async ({ visit }) => {
  const claire = await visit("agent.demo");
  const { ref } = await ask(claire, { subject: "Borne du CDI éteinte", body: "Elle ne s'allume plus." });
  const alexandre = await visit("technicien.demo");
  await alexandre.goto(`/tickets/${ref}`);
  await take(alexandre);
  await solve(alexandre, { solution: "Borne redémarrée.", outcome: "Corrigé", cause: "Matériel" });
  const [good, bad] = await choices(await visit("admin.demo"), ref);

  const page = await visit(null, phone);
  for (const link of [good, bad]) {
    for (const method of ["HEAD", "GET"]) {
      const answer = await page.request.fetch(link, { method });
      assert.equal(answer.status(), 200, `${method} ${link}`);
    }
  }
  await page.goto(bad);
  await page.getByRole("heading", { level: 1, name: "Notre aide vous a" }).waitFor(); // still a question
  await page.getByRole("button", { name: "Non, pas vraiment" }).tap();
  await page.getByRole("heading", { level: 1, name: "Merci de votre réponse" }).waitFor();
  await page.getByLabel("Qu'est-ce qui n'a pas convenu").fill(why);
  await page.getByRole("button", { name: "Envoyer" }).tap();
  await page.getByRole("main").getByText(why).waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= phone.viewport.width, `${page.url()} is ${wide} px wide`);

  await alexandre.goto(`/tickets/${ref}`);
  await alexandre.getByText("Avis défavorable de Claire Martin").first().waitFor();
  await alexandre.getByText(why).first().waitFor();
});
