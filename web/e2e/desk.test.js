// The desk for those who never touch a mouse, and for those who have no JavaScript.

import assert from "node:assert/strict";

import { story } from "./harness.js";
import { row, said } from "./steps.js";

const focus = (page) => page.locator(":focus");
/** Waits until a page has come, and the focus has its place on it: on the title, or where the page wants it. */
const landed = (page) => page.waitForFunction(() => !document.body.ariaBusy && document.activeElement.matches("h1, [data-focus], [autofocus], #leaving"));

const subject = "Imprimante du secrétariat muette";

story("a day by keyboard alone: look, open, note, answer, take back, assign, solve, go on, change many", async ({ visit }) => {
  const page = await visit("technicien.demo");
  const press = (...keys) => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  const type = (text) => page.keyboard.type(text);
  const path = () => new URL(page.url()).pathname;

  // From row to row; a look beside the list takes nothing away.
  await page.goto("/tickets?view=all");
  const titles = (await page.locator("[data-rows] .q-link").allInnerTexts()).map((title) => title.trim());
  const at = titles.findIndex((title) => title.endsWith(subject));
  for (let i = 0; i <= at; i++) await press("j");
  assert.match(await focus(page).innerText(), new RegExp(subject));
  await press("o");
  await page.locator("#peek").getByText(subject).waitFor();
  assert.match(await focus(page).innerText(), new RegExp(subject), "the focus was lost to the look");
  await press("Enter");
  await page.getByRole("heading", { level: 1, name: subject }).waitFor();
  await landed(page);
  const ticket = path();

  // A note, then an answer that is taken back.
  await press("i");
  await type("Toner à vérifier.");
  await press("Control+Enter");
  await said(page, "Note enregistrée.");
  await landed(page);
  await page.evaluate(() => document.activeElement.blur());
  await press("r");
  await type("Bonjour, changez le toner.");
  await press("Control+Enter");
  await page.locator(".is-leaving").getByText("changez le toner").waitFor();
  await page.evaluate(() => document.activeElement.blur());
  await press("z");
  await page.locator(".is-leaving").waitFor({ state: "detached" });
  assert.match(await page.getByLabel("Votre message").inputValue(), /changez le toner/);
  await page.getByLabel("Votre message").fill("");

  // To a colleague, by the list of those who may have it.
  await page.evaluate(() => document.activeElement.blur());
  await press("a");
  await page.locator("select[name=assignee]:focus").waitFor();
  await type("Oc");
  await page.getByRole("button", { name: "Enregistrer", exact: true }).press("Enter");
  await said(page, "Classement enregistré.");

  // Solved, and on to the next of the list that it was opened from.
  await page.evaluate(() => document.activeElement.blur());
  await press("s");
  await page.locator("textarea[name=solution]:focus").waitFor();
  await type("Toner changé.");
  await press("Control+Enter");
  await page.waitForFunction(() => !document.querySelector("#solve-form"));
  await page.evaluate(() => document.activeElement.blur());
  await press("j");
  await page.waitForURL((url) => /^\/tickets\/\d+$/.test(url.pathname) && url.pathname !== ticket);
  await press("u");
  await page.waitForURL((url) => url.pathname === "/tickets");

  // One key after the other, and many tickets at once.
  await press("g", "f");
  await page.waitForURL((url) => url.searchParams.get("view") === "free");
  await press("Shift+X");
  const picked = await page.locator(".q-pick input:checked").count();
  assert.ok(picked > 1, `${picked} rows are ticked`);
  await press("b");
  await page.getByRole("heading", { level: 1, name: "tickets choisis" }).waitFor();
  await page.getByLabel("Priorité").selectOption({ label: "Haute" });
  await page.getByRole("button", { name: "Voir l'aperçu" }).press("Enter");
  await page.getByText("→").first().waitFor();
  await page.getByRole("button", { name: /^Modifier \d+ ticket/ }).press("Enter");
  await page.getByText("terminée").waitFor({ timeout: 20_000 });
});

story("the palette finds commands, pages and tickets, and gives the focus back", async ({ visit }) => {
  for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
    const page = await visit("technicien.demo", { viewport });
    await page.goto("/tickets?view=all");
    await page.keyboard.press("j");
    const before = await focus(page).getAttribute("href");
    await page.keyboard.press("Control+k");
    const palette = page.getByRole("dialog", { name: "Commandes" });
    const options = palette.getByRole("option");
    await options.first().waitFor();
    assert.equal(await focus(page).getAttribute("role"), "combobox");
    const inside = await palette.evaluate((box) => box.getBoundingClientRect().right <= innerWidth && box.scrollWidth <= box.clientWidth);
    assert.ok(inside, `the palette does not fit ${viewport.width} px`);
    await page.keyboard.press("Escape");
    assert.equal(await focus(page).getAttribute("href"), before, "the focus did not come back");

    await page.keyboard.press("Control+k");
    await page.keyboard.type("attente");
    assert.equal(await palette.locator("[aria-selected=true]").count(), 1);
    await options.filter({ hasText: "Impressions en attente" }).waitFor();
    assert.match(await palette.locator("[aria-selected=true]").innerText(), /^En attente/, "what was found took the place of what was chosen");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.searchParams.get("view") === "waiting");

    await page.keyboard.press("Control+k");
    await page.keyboard.type("secretariat muet");
    await options.filter({ hasText: subject }).waitFor();
    while (!(await palette.locator("[aria-selected=true]").innerText()).includes(subject)) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: subject }).waitFor();
  }
});

story("the help says what the page has, and no key works while one types", async ({ visit }) => {
  const page = await visit("technicien.demo");
  const help = page.getByRole("dialog", { name: "Raccourcis clavier" });
  await page.goto("/tickets?view=all");
  await page.keyboard.press("?");
  await help.getByText("cocher la ligne").waitFor();
  assert.equal(await help.getByText("écrire une note interne").isVisible(), false, "the queue has no note to write");
  await page.keyboard.press("Escape");
  await row(page, subject).getByRole("link", { name: subject }).click();
  await page.getByRole("heading", { level: 1, name: subject }).waitFor();
  await page.keyboard.press("?");
  await help.getByText("écrire une note interne").waitFor();
  await help.getByText("Résoudre").waitFor();
  assert.equal(await help.getByText("cocher la ligne").isVisible(), false, "a ticket has no rows to tick");
  await page.keyboard.press("Escape");
  const here = page.url();
  await page.keyboard.press("r");
  await page.keyboard.type("stwagm?");
  assert.equal(page.url(), here);
  assert.equal(await page.getByLabel("Votre message").inputValue(), "stwagm?");
});

story("without JavaScript: narrow the queue, change many tickets, answer", async ({ visit }) => {
  const page = await visit("technicien.demo", { javaScriptEnabled: false });
  await page.goto("/tickets?view=all");
  const all = await page.locator("[data-rows] .q-link").count();
  await page.goto("/tickets?view=all&priority=normal&site=caen");
  const some = await page.locator("[data-rows] .q-link").count();
  assert.ok(some > 0 && some < all, `${some} of ${all}`);
  for (const box of await page.locator(".q-pick input").all()) await box.check();
  await page.getByRole("button", { name: "Modifier les tickets cochés" }).click();
  await page.getByLabel("Ajouter des étiquettes").fill("Inventaire");
  await page.getByRole("button", { name: "Voir l'aperçu" }).click();
  await page.getByText("→ Inventaire").first().waitFor();
  await page.getByRole("button", { name: /^Modifier \d+ ticket/ }).click();
  for (let i = 0; i < 40 && !(await page.getByText("terminée").count()); i++) {
    await page.waitForTimeout(250);
    const again = page.getByRole("link", { name: "Actualiser" });
    if (await again.count()) await again.click();
  }
  await page.getByText("terminée").waitFor();
  await page.goto("/tickets?view=all&tag=inventaire");
  assert.equal(await page.locator("[data-rows] .q-link").count(), some);

  await page.goto("/tickets?view=free");
  await row(page, subject).getByRole("link", { name: subject }).click();
  await page.getByLabel("Votre message").fill("Bonjour, quel est son modèle ?");
  await page.getByRole("button", { name: "Envoyer", exact: true }).click();
  await page.getByText("quel est son modèle ?").first().waitFor();
});
