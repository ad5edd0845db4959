// The harness itself: a page that misbehaves must be noticed, and a mail must arrive as it was sent.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createSite } from "node:http";
import { createServer } from "node:net";
import { after, before, test } from "node:test";

import { axe, launchChromium, look } from "./harness.js";
import { sendMail } from "./mail.js";
import { watch } from "./page.js";

const fine = `<title>Page</title><h1>Bonjour</h1>`;
const pages = {
  "/fine": fine,
  "/inline": `${fine}<script>1</script>`,
  "/throws": `${fine}<script src="/throw.js"></script>`,
  "/logs": `${fine}<script src="/log.js"></script>`,
  "/abroad": `${fine}<img alt="" src="http://example.test/x.png">`,
  "/broken": `${fine}<img alt="" src="/missing.png">`,
  "/unfair": `${fine}<img src="/dot.svg"><p style="color:#ccc">gris</p>`,
  "/wide": `${fine}<pre>${"large ".repeat(100)}</pre>`,
  "/throw.js": `throw new Error("thrown")`,
  "/log.js": `console.error("logged")`,
  "/dot.svg": `<svg xmlns="http://www.w3.org/2000/svg"/>`,
};
const policies = { "/abroad": "", "/unfair": "" };
const types = { js: "text/javascript", svg: "image/svg+xml" };

let browser, site, origin;

before(async () => {
  site = createSite((request, response) => {
    const body = pages[request.url];
    response.writeHead(body ? 200 : 404, {
      "Content-Type": types[request.url.split(".")[1]] ?? "text/html; charset=utf-8",
      "Content-Security-Policy": policies[request.url] ?? "default-src 'self'",
    });
    response.end(body && request.url.includes(".") ? body : `<!doctype html><html lang="fr"><link rel="icon" href="/dot.svg">${body}`);
  }).listen(0, "127.0.0.1");
  await once(site, "listening");
  origin = `http://127.0.0.1:${site.address().port}`;
  browser = await launchChromium();
});

after(async () => {
  await browser?.close();
  site?.close();
});

/** What watch says of a page, and the page itself. */
async function open(path, ...allow) {
  const problems = [];
  const context = await browser.newContext({ baseURL: origin, viewport: { width: 1440, height: 900 } });
  watch(context, { origin, problems, allowed: new Set(allow) });
  const page = await context.newPage();
  await page.goto(path, { waitUntil: "networkidle" });
  return { page, problems };
}

for (const [path, words] of Object.entries({
  "/inline": /console: Executing inline script violates .*Content Security Policy/,
  "/throws": /error on the page: Error: thrown/,
  "/logs": /console: logged/,
  "/abroad": /asks another host: http:\/\/example\.test/,
  "/broken": /404 for GET .*missing\.png/,
})) {
  test(`${path} is noticed`, async () => {
    const { problems } = await open(path);
    assert.match(problems.join("\n"), words);
  });
}

test("a page without fault is left in peace", async () => {
  const { page, problems } = await open("/fine");
  await look(page, "harness");
  assert.deepEqual(problems, []);
});

test("an answer that the story means to get is no problem", async () => {
  const { problems } = await open("/broken", 404);
  assert.deepEqual(problems, []);
});

test("axe names what keeps people out", async () => {
  const { page } = await open("/unfair");
  await assert.rejects(axe(page), /image-alt[^]*color-contrast|color-contrast[^]*image-alt/);
});

test("a page that must be scrolled sideways is noticed", async () => {
  const { page } = await open("/wide");
  await assert.rejects(look(page, "harness"), /px wide in a window of/);
});

test("a mail arrives as it was sent", async () => {
  const heard = [];
  const server = createServer((socket) => {
    socket.write("220-welcome\r\n220 ready\r\n");
    socket.setEncoding("utf8").on("data", (line) => {
      heard.push(line);
      const answers = { EHLO: "250-hello\r\n250 8BITMIME", DATA: "354 go on", QUIT: "221 bye" };
      socket.write(`${answers[line.slice(0, 4)] ?? "250 ok"}\r\n`);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const mail = { from: "a@b.test", to: "c@d.test", subject: "Imprimante bloquée", text: "Bonjour\n.\n..fin\n" };
  assert.equal(await sendMail(server.address().port, mail), "250 ok");
  server.close();
  assert.deepEqual(heard.slice(1, 3), ["MAIL FROM:<a@b.test>\r\n", "RCPT TO:<c@d.test>\r\n"]);
  assert.match(heard[4], /^Subject: =\?utf-8\?B\?SW1wcmltYW50ZSBibG9xdcOpZQ==\?=\r$/m);
  assert.ok(heard[4].endsWith("\r\n\r\nBonjour\r\n..\r\n...fin\r\n.\r\n"), JSON.stringify(heard[4].slice(-60)));
});

test("a refused mail says in whose words", async () => {
  const server = createServer((socket) => socket.end("554 no service\r\n")).listen(0, "127.0.0.1");
  await once(server, "listening");
  await assert.rejects(sendMail(server.address().port, { from: "a@b.test", to: "c@d.test" }), /connecting: 554 no service/);
  server.close();
});
