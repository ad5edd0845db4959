// By keyboard alone, and in the other language.

import assert from "node:assert/strict";

import { story } from "./harness.js";
import { message, row, said, sendOff } from "./steps.js";

/** Where the focus is. */
const focus = (page) => page.locator(":focus");

/** Follows the Tab key through the page; each stop must be seen, by an outline or a shadow around it. */
async function everyStop(page) {
  const stops = [];
  for (;;) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === document.body || element.dataset.passed) return undefined;
      element.dataset.passed = "yes";
      const ring = (part) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(part);
        return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
      };
      const around = element.closest("label, tr, li, form") ?? element;
      const box = element.getBoundingClientRect();
      const there = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
      return { html: element.outerHTML.slice(0, 160), seen: there && (ring(element) || ring(around)) };
    });
    if (!stop) return stops;
    stops.push(stop);
  }
}

story("the focus is seen at every stop, and the first leads to the content", async ({ visit }) => {
  for (const [uid, path] of [[undefined, "/"], ["agent.demo", "/tickets/new"], ["technicien.demo", "/tickets?view=all"]]) {
    const page = await visit(uid);
    await page.goto(path);
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press("Tab");
    assert.equal(await focus(page).innerText(), "Aller au contenu");
    assert.ok(await focus(page).isVisible());
    await page.keyboard.press("Enter");
    assert.equal(await focus(page).getAttribute("id"), "main");

    await page.goto(path);
    await page.evaluate(() => document.activeElement.blur());
    const stops = await everyStop(page);
    assert.ok(stops.length > 8, `${path}: ${stops.length} stops`);
    assert.deepEqual(stops.filter((stop) => !stop.seen).map((stop) => stop.html), [], path);
  }
});

story("a technician works by keyboard alone", async ({ visit }) => {
  const page = await visit("technicien.demo");
  const press = (key) => page.keyboard.press(key);
  const subject = "Imprimante du secrétariat muette";
  await page.goto("/tickets");

  await press("/");
  await page.keyboard.type("secrétariat");
  await press("Enter");
  await row(page, subject).waitFor();
  assert.equal(new URL(page.url()).searchParams.get("q"), "secrétariat");

  await page.goto("/tickets?view=all");
  const titles = (await page.locator("[data-rows] .q-link").allInnerTexts()).map((title) => title.trim());
  await press("j");
  assert.equal((await focus(page).innerText()).trim(), titles[0]);
  await press("j");
  await press("j");
  await press("k");
  assert.equal((await focus(page).innerText()).trim(), titles[1]);
  for (let at = 1; at < titles.findIndex((title) => title.endsWith(subject)); at++) await press("j");
  await press("Enter");
  await page.getByRole("heading", { level: 1, name: subject }).waitFor();

  await press("t");
  await said(page, "Vous suivez ce ticket.");
  await press("r");
  await page.keyboard.type("Bonjour, éteignez-la puis rallumez-la. ?/njk");
  await press("Control+Enter");
  await sendOff(page, "Message envoyé.");
  await message(page, "?/njk").waitFor();

  await press("?");
  const help = page.getByRole("dialog", { name: "Raccourcis clavier" });
  await help.waitFor();
  await press("n");
  assert.ok(await help.isVisible(), "a key worked through the dialog");
  await help.getByRole("checkbox").uncheck();
  await press("Escape");
  await help.waitFor({ state: "hidden" });
  await press("n");
  assert.match(page.url(), /\/tickets\/\d+$/, "a single key works although it was turned off");

  await press("?");
  assert.ok(await help.isHidden());
  await page.getByText("Alexandre Blin", { exact: true }).first().click();
  await page.getByRole("link", { name: "Raccourcis clavier" }).click();
  await help.getByRole("checkbox").check();
  await press("Escape");
  await press("n");
  await page.getByRole("heading", { level: 1, name: "Nouveau ticket" }).waitFor();
});

story("the pages speak English to who prefers it, and remember it", async ({ visit }) => {
  const page = await visit("agent.demo");
  const html = page.locator("html");
  await page.goto("/tickets/new");
  await page.getByRole("contentinfo").getByRole("link", { name: "English" }).click();
  await page.getByRole("heading", { level: 1, name: "Ask for help" }).waitFor();
  assert.equal(await html.getAttribute("lang"), "en");
  await page.goto("/aide");
  await page.getByRole("heading", { level: 1, name: "Help" }).waitFor();
  await page.getByRole("contentinfo").getByRole("link", { name: "Français" }).click();
  await page.getByRole("heading", { level: 1, name: "Aide" }).waitFor();
  assert.equal(await html.getAttribute("lang"), "fr");
});
