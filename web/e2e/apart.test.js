// The same day with PostgreSQL, Redis and three processes, all of them cut off while mail pours in.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import { parts, startApart } from "./apart.js";
import { liveADay } from "./day.js";
import { story } from "./harness.js";

const subjects = Array.from({ length: 12 }, (_, i) => `Panne du tableau numérique ${String.fromCharCode(65 + i)}`);

/** A mail as its sender's server keeps it: sent again, it is the same to the byte. */
function letter(subject) {
  const id = subject.replaceAll(/[^A-Za-z]/g, "-");
  return `From: Nadia Leroy <nadia.leroy@academie.test>\r\nTo: assistance@academie.test\r\nSubject: =?utf-8?B?${Buffer.from(subject).toString("base64")}?=\r\n` +
    `Date: Wed, 18 Nov 2026 09:00:00 +0100\r\nMessage-ID: <${id}@e2e.test>\r\n\r\n${subject}, depuis ce matin.\r\n`;
}

story("the day on PostgreSQL and Redis; cut off while mail comes in, nothing is missing and nothing doubled", async ({ amigo, visit, sendMail, note }) => {
  // As any mail server does: again, until somebody has taken it.
  let refused = 0;
  const deliver = async (subject) => {
    for (;;) {
      try {
        return await sendMail({ from: "nadia.leroy@academie.test", raw: letter(subject) });
      } catch {
        refused++;
        await sleep(100);
      }
    }
  };
  const delivered = subjects.map(async (subject, i) => {
    await sleep(i * 15);
    return deliver(subject);
  });
  await delivered[4];
  const cut = Date.now();
  await Promise.all(parts.map((part) => amigo.kill(part)));
  await Promise.all(parts.map((part) => amigo.start(part)));
  await Promise.all(delivered);
  note(`${refused} deliveries had to be repeated`);

  await liveADay({ visit, sendMail });

  const token = (await amigo.run("token create --person superviseur.demo")).trim();
  const ask = async (path) => {
    const answer = await fetch(`${amigo.url}/api/v1${path}`, { headers: { Authorization: `Bearer ${token}` } });
    assert.equal(answer.status, 200, path);
    return (await answer.json()).items;
  };
  // What a worker was at when it was cut off is taken up again after a while.
  let tickets = [];
  for (const end = Date.now() + 150_000; tickets.length < subjects.length && Date.now() < end; await sleep(500)) {
    tickets = await ask(`/tickets?q=${encodeURIComponent("panne tableau numérique")}&limit=200`);
  }
  assert.deepEqual(tickets.map((ticket) => ticket.subject).sort(), subjects);
  const received = tickets.map((ticket) => (Date.parse(ticket.created_at) - cut) / 1000);
  note(`${received.filter((at) => at < 0).length} received before the cut, the last ${Math.max(...received)} s after it`);
  for (const { ref } of tickets) assert.equal((await ask(`/tickets/${ref}/messages`)).length, 1, `messages of ${ref}`);
  const nathalie = await visit("admin.demo");
  await nathalie.goto("/admin/letters");
  const letters = await nathalie.getByRole("row").filter({ hasText: "nadia.leroy@academie.test" }).getByRole("link").allInnerTexts();
  const about = ({ ref }) => letters.filter((letter) => letter.startsWith(`[AMIGO #${ref}]`)).length;
  assert.deepEqual(tickets.map(about), tickets.map(() => 1), "letters");
}, startApart);
