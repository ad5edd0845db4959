import assert from "node:assert/strict";

import { look, story } from "./harness.js";

story("the home page welcomes people who are not signed in", async ({ visit }) => {
  const page = await visit();
  const answer = await page.goto("/");
  assert.equal(answer.status(), 200);
  assert.equal(await page.locator("html").getAttribute("lang"), "fr");
  assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1);
  await look(page, "home");
});
