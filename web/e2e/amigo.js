// One running AMIGO: a fresh demonstration on free ports, in a folder of its own.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../bin/amigo", import.meta.url));

/**
 * Starts `amigo demo` and waits until it is ready.
 *
 * env adds variables to the few that are set here; args replaces the command. The answer has the address of
 * the site (url), the port that takes mail (smtpPort), and stop().
 */
export async function startAmigo({ env = {}, args = ["demo"] } = {}) {
  if (!existsSync(program)) throw new Error("there is no bin/amigo: run `make build` first");
  const folder = await mkdtemp(join(tmpdir(), "amigo-e2e-"));
  const [port, smtpPort] = await freePorts(2);
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(program, args, {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...withoutAmigo(process.env),
      AMIGO_DATA_DIR: join(folder, "var"),
      AMIGO_LISTEN: `127.0.0.1:${port}`,
      AMIGO_PUBLIC_URL: url,
      AMIGO_SMTP_LISTEN: `127.0.0.1:${smtpPort}`,
      ...env,
    },
  });
  const running = new Running(child, folder);
  try {
    await running.ready(url);
  } catch (cause) {
    await running.stop();
    throw new Error(`amigo ${args.join(" ")} does not start: ${cause.message}\n${running.log()}`);
  }
  return { url, smtpPort, log: () => running.log(), stop: () => running.stop() };
}

/** A child process, what it has said, and how it ended. */
class Running {
  #child;
  #folder;
  #said = [];
  #ended;

  constructor(child, folder) {
    this.#child = child;
    this.#folder = folder;
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => this.#said.push(bytes));
    this.#ended = new Promise((resolve) => {
      child.on("error", (error) => resolve(error.message));
      child.on("exit", (code, signal) => resolve(signal ?? code));
    });
  }

  log() {
    return Buffer.concat(this.#said).toString();
  }

  /** Waits for /readyz, at most half a minute. */
  async ready(url) {
    let over;
    this.#ended.then((how) => (over = how));
    for (const end = Date.now() + 30_000; Date.now() < end; await sleep(50)) {
      if (over !== undefined) throw new Error(`it ended (${over})`);
      const answer = await fetch(`${url}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
    }
    throw new Error("it was not ready within 30 seconds");
  }

  /** Asks it to end, removes its folder, and says how it ended: 0 when it did so in good order. */
  async stop() {
    this.#child.kill("SIGTERM");
    const patience = setTimeout(() => this.#child.kill("SIGKILL"), 15_000);
    const how = await this.#ended;
    clearTimeout(patience);
    await rm(this.#folder, { recursive: true, force: true });
    return how;
  }
}

/** The environment without what somebody may have set for an AMIGO of their own. */
function withoutAmigo(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("AMIGO_")));
}

/** Ports on which nobody listens; all are held until the last is found, so that they differ. */
async function freePorts(count) {
  const held = await Promise.all(
    Array.from({ length: count }, () => new Promise((resolve, reject) => {
      const server = createServer().once("error", reject);
      server.listen(0, "127.0.0.1", () => resolve(server));
    })),
  );
  const ports = held.map((server) => server.address().port);
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
