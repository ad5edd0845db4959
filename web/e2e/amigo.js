// An AMIGO of one's own: a folder, free ports, and the processes that run in them.

import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../bin/amigo", import.meta.url));
const loaded = fileURLToPath(new URL("out/demo/", import.meta.url));

/**
 * Starts `amigo demo` in a folder of its own, and waits until it is ready. env adds variables to the few set
 * here. The people and tickets are a copy of those that load has loaded, where this program did: that takes a
 * tenth of the time.
 */
export async function startAmigo({ env } = {}) {
  const amigo = await install(env);
  if (existsSync(loaded) && statSync(loaded).mtimeMs > statSync(program).mtimeMs) await amigo.copy(loaded);
  await amigo.start("demo");
  return amigo;
}

/** Loads the demonstration once, for the stories that come. */
export async function load() {
  await rm(loaded, { recursive: true, force: true });
  const amigo = await install({ AMIGO_DATA_DIR: loaded });
  await amigo.run("demo --load");
  return amigo.stop();
}

/** Prepares an installation in an empty folder. Nothing runs yet. */
export async function install(env = {}) {
  if (!existsSync(program)) throw new Error("there is no bin/amigo: run `make build` first");
  const folder = await mkdtemp(join(tmpdir(), "amigo-e2e-"));
  const [port, smtpPort] = await freePorts(2);
  return new Installation(folder, port, smtpPort, env);
}

/** One installation. Its processes have names: the words that started them, as in "serve --only work". */
class Installation {
  #folder;
  #env;
  #running = new Map();
  #said = [];

  constructor(folder, port, smtpPort, env) {
    this.#folder = folder;
    this.url = `http://127.0.0.1:${port}`;
    this.smtpPort = smtpPort;
    this.#env = {
      ...withoutAmigo(process.env),
      AMIGO_DATA_DIR: join(folder, "var"),
      AMIGO_LISTEN: `127.0.0.1:${port}`,
      AMIGO_PUBLIC_URL: this.url,
      AMIGO_SMTP_LISTEN: `127.0.0.1:${smtpPort}`,
      AMIGO_MAIL_ADDRESS: "assistance@academie.test",
      ...env,
    };
  }

  /** Everything that its processes have said. */
  log() {
    return Buffer.concat(this.#said).toString();
  }

  /** Begins with the data of another installation. */
  copy(data) {
    return cp(data, join(this.#folder, "var"), { recursive: true });
  }

  /** Runs a command to its end, and answers with what it printed. */
  async run(words) {
    const command = this.#spawn(words);
    const how = await command.ended;
    if (how !== 0) throw new Error(`amigo ${words} ended with ${how}\n${this.log()}`);
    return Buffer.concat(command.printed).toString();
  }

  /** Starts a process that serves, and waits until it says where to look: then everything of it answers. */
  async start(words) {
    const command = this.#spawn(words);
    this.#running.set(words, command);
    const late = sleep(30_000, "it said nothing for 30 seconds", { ref: false });
    const early = command.ended.then((how) => `it ended with ${how}`);
    const problem = await Promise.race([command.speaks, early, late]);
    if (!problem) return;
    await this.stop();
    throw new Error(`amigo ${words} does not start: ${problem}\n${this.log()}`);
  }

  /** Ends a process as a power cut would. */
  async kill(words) {
    const command = this.#take(words);
    command.child.kill("SIGKILL");
    await command.ended;
  }

  /** Asks a process to end, and says how it did: 0 in good order. */
  async end(words) {
    const command = this.#take(words);
    command.child.kill("SIGTERM");
    const patience = setTimeout(() => command.child.kill("SIGKILL"), 15_000);
    const how = await command.ended;
    clearTimeout(patience);
    return how;
  }

  /** Ends what runs, removes the folder, and says what did not end in good order. */
  async stop() {
    const names = [...this.#running.keys()];
    const ends = await Promise.all(names.map((words) => this.end(words)));
    await rm(this.#folder, { recursive: true, force: true });
    return ends.flatMap((how, i) => (how === 0 ? [] : [`amigo ${names[i]} ended with ${how}`]));
  }

  #spawn(words) {
    const child = spawn(program, words.split(" "), { cwd: this.#folder, stdio: ["ignore", "pipe", "pipe"], env: this.#env });
    const printed = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => this.#said.push(bytes));
    child.stdout.on("data", (bytes) => printed.push(bytes));
    const speaks = new Promise((resolve) => child.stdout.once("data", () => resolve()));
    const ended = new Promise((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("close", (code, signal) => resolve(signal ?? code));
    });
    return { child, printed, speaks, ended };
  }

  #take(words) {
    const command = this.#running.get(words);
    this.#running.delete(words);
    return command;
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
