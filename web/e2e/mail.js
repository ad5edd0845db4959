// Sending a mail as a mail server does: RFC 5321 over a plain socket, each answer read and checked.

import { randomUUID } from "node:crypto";
import { connect } from "node:net";

/**
 * Sends a message to the SMTP port on the loopback and answers with what the server said to it ("250 …").
 *
 * raw is a whole message; without it one is made of from, to, subject, text, and any further headers.
 * A refusal at any step is an error that holds the server's words.
 */
export async function sendMail(port, { from, to, subject = "", text = "", headers = {}, raw }) {
  const message = raw ?? compose({ from, to, subject, text, headers });
  const dialog = new Dialog(connect(port, "127.0.0.1"));
  try {
    await dialog.expect("220");
    await dialog.say("EHLO e2e.test", "250");
    await dialog.say(`MAIL FROM:<${from}>`, "250");
    await dialog.say(`RCPT TO:<${to}>`, "250");
    await dialog.say("DATA", "354");
    const accepted = await dialog.say(`${stuffed(message)}\r\n.`, "250");
    await dialog.say("QUIT", "221");
    return accepted;
  } finally {
    dialog.close();
  }
}

/** One conversation: lines out, whole answers in. */
class Dialog {
  #socket;
  #answers;

  constructor(socket) {
    this.#socket = socket.setEncoding("utf8").setTimeout(10_000, () => socket.destroy(new Error("SMTP: no answer within 10 s")));
    this.#answers = answers(socket);
  }

  async say(line, code) {
    this.#socket.write(`${line}\r\n`);
    return this.expect(code, line.split("\r\n")[0]);
  }

  async expect(code, after = "connecting") {
    const { value: answer, done } = await this.#answers.next();
    if (done) throw new Error(`SMTP: the server hung up after ${after}`);
    if (!answer.startsWith(code)) throw new Error(`SMTP: after ${after}: ${answer}`);
    return answer;
  }

  close() {
    this.#socket.destroy();
  }
}

/** Cuts what a socket says into answers; all lines but the last of one have a dash after the code. */
async function* answers(socket) {
  let pending = "";
  for await (const chunk of socket) {
    pending += chunk;
    for (let whole; (whole = /^(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n/.exec(pending)); ) {
      pending = pending.slice(whole[0].length);
      yield whole[0].trimEnd();
    }
  }
}

function compose({ from, to, subject, text, headers }) {
  const head = {
    From: from,
    To: to,
    Subject: encoded(subject),
    Date: new Date().toUTCString().replace("GMT", "+0000"),
    "Message-ID": `<${randomUUID()}@e2e.test>`,
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
    ...headers,
  };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
  return `${lines.join("\r\n")}\r\n\r\n${text}`;
}

/** RFC 2047, only where it is needed. */
function encoded(text) {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`;
}

/** CRLF at every line's end, and a second dot before each line that begins with one. */
function stuffed(message) {
  return message.replace(/\r?\n/g, "\r\n").replace(/^\./gm, "..").replace(/(\r\n)+$/, "");
}
