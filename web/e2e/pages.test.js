// Every distinct page, as its strictest readers see it: pictures at a desk and on a phone, axe in light and in
// dark, no sideways scrolling, nothing in the console, nothing from elsewhere.

import assert from "node:assert/strict";

import { look, story } from "./harness.js";
import { opener, row, take } from "./steps.js";

/** Looks at pages one after the other; each has one title, and says its language. */
async function lookAt(page, pages) {
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(path);
    assert.equal(await page.locator("html").getAttribute("lang"), "fr", path);
    assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1, path);
    await look(page, name);
  }
}

story("the pages for everybody", async ({ visit, allow }) => {
  allow(404);
  await lookAt(await visit(), {
    "home-public": "/",
    help: "/aide",
    "help-password": "/aide/mot-de-passe",
    "help-identifier": "/aide/identifiant",
    accessibility: "/accessibilite",
    privacy: "/donnees-personnelles",
    "sign-in": "/auth/oidc/login",
    "not-found": "/nulle-part",
  });
});

story("the pages for requesters", async ({ visit }) => {
  const page = await visit("agent.demo");
  await lookAt(page, { home: "/", "ticket-new": "/tickets/new", tickets: "/tickets" });
  await opener(page, "Imprimante du secrétariat muette").click();
  await page.getByText("Réponse avant").first().waitFor();
  await look(page, "ticket");
  await page.locator("summary", { hasText: "Claire Martin" }).click();
  await look(page, "menu");
});

story("the pages for technicians", async ({ visit }) => {
  const page = await visit("technicien.demo");
  await lookAt(page, {
    queue: "/tickets",
    "queue-all": "/tickets?view=all",
    "queue-empty": "/tickets?q=licorne",
    "queue-narrowed": "/tickets?view=all&priority=normal&site=caen&sort=-created_at",
    "ticket-new-staff": "/tickets/new",
    search: "/search?q=imprimante",
    views: "/views",
    templates: "/templates",
    "template-new": "/templates/new",
    drafts: "/drafts",
    mentions: "/mentions",
    "bulk-none": "/bulk",
  });
  await page.goto("/tickets?view=free");
  await opener(page, "Imprimante du secrétariat muette").click();
  await take(page);
  await page.getByText("Pourquoi cette date ?").first().click();
  await look(page, "ticket-staff");
  const path = new URL(page.url()).pathname;
  await lookAt(page, {
    "ticket-solve": `${path}?do=solve`,
    "ticket-classify": `${path}?do=classify`,
    "ticket-history": `${path}/history`,
    "ticket-merge": `${path}/merge`,
  });
});

story("the pages of a change of many tickets, and what lies above a page", async ({ visit }) => {
  const page = await visit("technicien.demo");
  await page.goto("/tickets?view=all");
  for (const box of await page.locator(".q-pick input").all()) await box.check();
  await look(page, "queue-picked");
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog", { name: "Commandes" }).getByRole("option").first().waitFor();
  await look(page, "palette");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Modifier les tickets cochés" }).click();
  await look(page, "bulk");
  await page.getByLabel("Priorité").selectOption({ label: "Haute" });
  await page.getByLabel("Message aux demandeurs").fill("Bonjour {{demandeur}}, nous regardons cela.");
  await page.getByRole("button", { name: "Voir l'aperçu" }).click();
  await page.getByText("→ haute").first().waitFor();
  await look(page, "bulk-preview");
  await page.getByRole("button", { name: /^Modifier \d+ ticket/ }).click();
  await page.getByText("terminée").waitFor({ timeout: 30_000 });
  await look(page, "bulk-done");
});

story("the pages for supervisors and administrators", async ({ visit, allow, sendMail }) => {
  allow(403);
  await lookAt(await visit("superviseur.demo"), { reports: "/reports", "not-allowed": "/admin" });
  const page = await visit("admin.demo");
  await sendMail({ from: "nadia.leroy@academie.test", subject: "Souris sans pile", text: "Et plus de piles au secrétariat." });
  await lookAt(page, { admin: "/admin", letters: "/admin/letters", jobs: "/admin/jobs", mail: "/admin/mail" });
  await page.goto("/admin/letters");
  await page.getByRole("row").getByRole("link").first().click();
  await page.frameLocator("iframe").getByText("Bonjour").waitFor();
  await look(page, "letter");
});
