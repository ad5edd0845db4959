// AMIGO as a large installation runs it: PostgreSQL, Redis, and a process each for pages, work and mail.

import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

import { install } from "./amigo.js";

/** The three processes; see amigo.js for what their names are good for. */
export const parts = ["serve --demo --only web", "serve --demo --only work", "serve --demo --only mail"];

/** Loads the demonstration into an empty database, and starts the three. */
export async function startApart() {
  const database = await emptyDatabase(named("AMIGO_TEST_POSTGRES"));
  const redis = new URL(named("AMIGO_TEST_REDIS"));
  redis.pathname = "/9"; // apart from the tests that ring in database 0
  const amigo = await install({
    AMIGO_DATABASE_URL: database.url,
    AMIGO_REDIS_URL: redis.href,
    AMIGO_SECRET: randomBytes(32).toString("hex"),
  });
  const stop = amigo.stop.bind(amigo);
  amigo.stop = async () => [...(await stop()), ...(await database.drop())];
  try {
    await amigo.run("demo --load");
    await Promise.all(parts.map((part) => amigo.start(part)));
  } catch (cause) {
    await amigo.stop();
    throw cause;
  }
  return amigo;
}

/** The address of a test server. */
function named(variable) {
  const address = process.env[variable];
  if (!address) throw new Error(`${variable} is not set: run make e2e, which starts servers, or name one`);
  return address;
}

/** Makes a database that nobody else uses, on the server at an address. */
async function emptyDatabase(server) {
  const name = `amigo_e2e_${randomBytes(6).toString("hex")}`;
  await sql(server, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => sql(server, `DROP DATABASE ${name} WITH (FORCE)`).then(() => [], (error) => [`database ${name}: ${error.message}`]),
  };
}

/** Says something to a server. The password goes by the environment: everyone can read a command line. */
function sql(server, words) {
  const url = new URL(server);
  const said = Object.entries({
    PGHOST: url.hostname,
    PGPORT: url.port,
    PGUSER: decodeURIComponent(url.username),
    PGPASSWORD: decodeURIComponent(url.password),
    PGDATABASE: url.pathname.slice(1),
    PGSSLMODE: url.searchParams.get("sslmode"),
  }).filter(([, value]) => value);
  const env = { ...process.env, ...Object.fromEntries(said) };
  return promisify(execFile)(psql(), ["--quiet", "--no-psqlrc", "--no-password", "--set=ON_ERROR_STOP=1", `--command=${words}`], { env });
}

/** PostgreSQL's client: on PATH, or where Debian puts it beside the server. */
function psql() {
  const debian = "/usr/lib/postgresql";
  const folders = (process.env.PATH ?? "").split(delimiter);
  for (const version of list(debian).sort((a, b) => b - a)) folders.push(join(debian, version, "bin"));
  const folder = folders.find((folder) => list(folder).includes("psql"));
  if (!folder) throw new Error("there is no psql: install PostgreSQL's client (Debian: apt-get install postgresql-client)");
  return join(folder, "psql");
}

function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
