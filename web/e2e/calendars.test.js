// A supervisor changes the opening hours: seen first, then in force, and the promises follow.

import assert from "node:assert/strict";

import { look, story } from "./harness.js";
import { eventually, said } from "./steps.js";

/** The hours of a day of the usual week, in the form of a calendar. */
const hours = (page, day) => page.getByRole("group", { name: "Heures habituelles" }).getByLabel(day);

story("other hours are looked at, put in force, and promises move", async ({ visit, allow }) => {
  allow(422);
  const page = await visit("superviseur.demo");
  await page.goto("/admin/calendars");
  await look(page, "calendars");
  await page.getByRole("main").getByRole("link", { name: "normandie" }).click();
  await page.getByRole("heading", { name: /^Année scolaire/ }).waitFor();
  await look(page, "calendar-year");

  await page.getByRole("link", { name: "Modifier" }).click();
  for (const day of ["lundi", "mardi", "jeudi", "vendredi"]) await hours(page, day).fill("8h-9h30");
  await hours(page, "mercredi").fill("le matin");
  await page.getByRole("button", { name: "Voir ce qui changerait" }).click();
  await page.getByRole("alert").getByText("Un point est à corriger").waitFor();
  assert.equal(await hours(page, "lundi").inputValue(), "8h-9h30");
  assert.equal(await hours(page, "mercredi").getAttribute("aria-invalid"), "true");
  await look(page, "calendar-edit-refused");

  await hours(page, "mercredi").fill("8h-9h");
  await page.getByRole("button", { name: "Voir ce qui changerait" }).click();
  await page.getByText("Rien n'est encore changé").waitFor();
  await look(page, "calendar-draft");
  const moved = page.getByRole("region", { name: "Les promesses qui bougeraient le plus" }).getByRole("row").nth(1);
  const ticket = await moved.getByRole("link").getAttribute("href");
  const after = await moved.getByRole("cell").last().innerText();
  const before = await moved.getByRole("cell").nth(1).innerText();
  assert.notEqual(after, before);

  await page.getByRole("button", { name: "Mettre en vigueur" }).click();
  await said(page, "version n° 2");
  await eventually(page, ticket, () => page.getByRole("main").getByTitle(after).or(page.getByRole("main").getByText(after)));
});

story("the year is walked by the arrows, and its days say their hours", async ({ visit }) => {
  const page = await visit("superviseur.demo");
  await page.goto("/admin/calendars/normandie?day=2026-11-11");
  const day = (words) => page.getByRole("link", { name: words });
  assert.equal(await page.locator(".year-grid a[tabindex='0']").count(), 1);
  await day("mercredi 11 novembre : jour fermé").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowUp");
  assert.match(await page.evaluate(() => document.activeElement.innerText), /jeudi 15\soctobre/);
  await page.keyboard.press("Enter");
  await page.locator("#instant").getByText("8 h – 17 h").waitFor();
});
