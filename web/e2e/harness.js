// A story is a test with an AMIGO and a browser of its own.
//
//   story("a requester asks for help", async ({ visit, sendMail }) => {
//     const page = await visit("agent.demo");        // a new browser window, signed in
//     await page.goto("/tickets/new");
//     await look(page, "new-ticket");                // pictures, axe, width
//   });
//
// It fails on anything that a browser complains of, even where no step looks: see watch in page.js.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

import { startAmigo } from "./amigo.js";
import { sendMail } from "./mail.js";
import { watch } from "./page.js";

export { axe, look, shot } from "./page.js";

const findChromium = fileURLToPath(new URL("../../.ci/chromium", import.meta.url));

/** The browser: it knows no host but the loopback, and does nothing of its own accord. */
export function launchChromium() {
  return chromium.launch({
    executablePath: execFileSync(findChromium, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim(),
    chromiumSandbox: process.getuid() !== 0, // root has no sandbox to stand in
    args: [
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-gpu",
      "--disable-quic",
      "--disable-sync",
      "--no-first-run",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
}

/**
 * Tells a story. tell is given
 *
 *   amigo          the installation, to stop and start, see amigo.js
 *   visit(uid, o)  a page in a window of its own, signed in as that person, or as nobody; o are Playwright's
 *                  options for the window, such as javaScriptEnabled
 *   allow(status)  an answer that this story means to get, such as 422
 *   sendMail(mail) a mail to this AMIGO, see mail.js
 *   note(words)    something to be read beside the result, such as a time
 *
 * start starts an AMIGO that is set up otherwise than as a fresh demonstration.
 */
export function story(name, tell, start = startAmigo) {
  test(name, { timeout: 240_000 }, async (t) => {
    const amigo = await start();
    const problems = [];
    const allowed = new Set();
    try {
      const browser = await launchChromium();
      try {
        await tell({
          amigo,
          visit: (uid, options) => visit(browser, amigo.url, uid, options, { problems, allowed }),
          allow: (status) => allowed.add(status),
          sendMail: (mail) => sendMail(amigo.smtpPort, { to: "assistance@academie.test", ...mail }),
          note: (words) => t.diagnostic(words),
        });
      } finally {
        await browser.close();
      }
    } catch (error) {
      t.diagnostic(amigo.log());
      throw error;
    } finally {
      problems.push(...(await amigo.stop()));
      for (const problem of problems) t.diagnostic(problem);
    }
    assert.deepEqual(problems, []);
  });
}

async function visit(browser, url, uid, options, watched) {
  const context = await browser.newContext({
    baseURL: url,
    locale: "fr-FR",
    timezoneId: "Europe/Paris",
    viewport: { width: 1440, height: 900 },
    ...options,
  });
  context.setDefaultTimeout(10_000);
  watch(context, { origin: url, ...watched });
  const page = await context.newPage();
  if (uid) await signIn(page, uid);
  return page;
}

/** Signs in through the demonstration provider, by picking a person. */
export async function signIn(page, uid) {
  await page.goto("/auth/oidc/login");
  await page.locator(`button[name="person"][value="${uid}"]`).click();
  await page.waitForURL((url) => !/^\/(auth|demo-idp)\//.test(url.pathname));
}
