// Looking at a page as its strictest readers do: the browser's console, the content policy, axe, the eye.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import axeCore from "axe-core";

const pictures = fileURLToPath(new URL("out/", import.meta.url));

/** The two widths at which every page is looked at: a desk, a phone. */
export const widths = { 1440: 900, 390: 844 };

/**
 * Makes everything that happens in a browser context say what goes wrong, into problems: an error on a page
 * or in the console (where a violation of the content policy stands too), a request to any other origin, and
 * every answer of 400 or more whose status is not in allowed.
 */
export function watch(context, { origin, problems, allowed }) {
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (/^(http|ws)s?:$/.test(url.protocol) && url.origin !== origin) problems.push(`asks another host: ${request.url()}`);
  });
  context.on("response", (response) => {
    const status = response.status();
    if (status >= 400 && !allowed.has(status)) problems.push(`${status} for ${response.request().method()} ${response.url()}`);
  });
  context.on("weberror", (event) => problems.push(`error on the page: ${event.error().stack}`));
  context.on("console", (message) => {
    // A failed request also stands in the console; it is judged by its status, above.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      problems.push(`console: ${message.text()} (${message.page()?.url()})`);
    }
  });
}

/** WCAG 2.2 at level AA, as axe names it. */
const wcag = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] };

/** What of it depends on the colours. */
const colours = { type: "rule", values: ["color-contrast", "link-in-text-block"] };

/** Holds the page, as it stands, to rules. axe comes by a way that the content policy does not see. */
export async function axe(page, rules = wcag) {
  if (await page.evaluate(() => !("axe" in window))) await page.evaluate(axeCore.source);
  const { violations } = await page.evaluate((runOnly) => window.axe.run(document, {
    runOnly,
    resultTypes: ["violations"],
    iframes: false, // ours hold letters, in which nothing runs: not even axe
  }), rules);
  const said = violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${v.help}\n    ${n.html}\n    ${n.failureSummary}`));
  assert.equal(said.length, 0, `${page.url()} keeps people out:\n  ${said.join("\n  ")}`);
}

/** Takes a picture of the whole page at one width, as out/NAME-WIDTH.png. */
export async function shot(page, name, width = 1440) {
  await page.setViewportSize({ width, height: widths[width] });
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: `${pictures}${name}-${width}.png`, fullPage: true, animations: "disabled" });
}

/**
 * Looks at the page at a desk and on a phone: a picture of each, axe in light and in dark, and nothing that
 * must be scrolled sideways, down to the narrowest window that WCAG 2.2 knows (1.4.10).
 */
export async function look(page, name) {
  const before = page.viewportSize();
  await stand(page);
  for (const width of Object.keys(widths).map(Number)) {
    await shot(page, name, width);
    await page.emulateMedia({ colorScheme: "dark" });
    await axe(page, colours);
    await page.emulateMedia({ colorScheme: "light" });
    await axe(page);
    await fits(page);
  }
  await page.setViewportSize({ width: 320, height: widths[390] });
  await fits(page);
  await page.setViewportSize(before);
}

/** Holds the page to the width of its window. */
async function fits(page) {
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(wide <= room, `${page.url()} is ${wide} px wide in a window of ${room}`);
}

/** Lets nothing fade from one colour to another: axe would take what is between for the page's own. */
function stand(page) {
  return page.evaluate(() => {
    const still = new CSSStyleSheet();
    still.replaceSync("*, ::before, ::after { transition: none !important }");
    document.adoptedStyleSheets = [still];
  });
}
