// Starts a server of the program on a database of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { type Database, type Person, type Place, invent, program, required } from "./program";

/** What was started, and how it ends. */
export type Running = { place: Place; people: Person[]; stop: () => Promise<unknown> };

/** Invents so many families in a fresh database and serves them, in the given environment, behind what stands before it. */
export async function start(
  database: Database,
  families: number,
  seed: number,
  env: NodeJS.ProcessEnv = {},
  before: (port: number) => Promise<string> = async (port) => `http://localhost:${port}`,
): Promise<Running> {
  const { storage, drop } = await (database === "sqlite" ? freshFolder() : freshPostgres(required("TEST_DATABASE_URL")));
  try {
    const port = await freePort();
    const place = { url: await before(port), storage, env };
    const people = await invent(place, families, seed);
    const end = await serve(place, port);
    return { place, people, stop: () => end().finally(drop) };
  } catch (error) {
    await drop();
    throw error;
  }
}

/** A master key that keeps nothing real. */
const KEY = Buffer.alloc(32, "test").toString("base64url");

async function serve(place: Place, port: number) {
  const listen = ["--listen", `127.0.0.1:${port}`, "--public-url", place.url, "--site", required("SITE")];
  // One address signs in far more people here than it ever would outside.
  listen.push("--sign-in-tries", "100000", "--log", "warn");
  const env = { ...process.env, VORES_PLAN_KEY: KEY, ...place.env };
  const server = spawn(program, ["serve", ...place.storage, ...listen], { env, stdio: ["ignore", "ignore", "inherit"] });
  const stop = () => end(server);
  await ready(`http://localhost:${port}`, server).catch(async (error) => {
    await stop();
    throw error;
  });
  return stop;
}

async function ready(url: string, server: ChildProcess) {
  for (let tries = 0; tries < 150; tries += 1) {
    if (server.exitCode !== null) throw new Error(`The server stopped with code ${server.exitCode}.`);
    const answer = await fetch(`${url}/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await pause(100);
  }
  throw new Error(`The server at ${url} did not become ready.`);
}

async function end(server: ChildProcess) {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill("SIGTERM");
  await once(server, "exit");
}

async function freshFolder() {
  const folder = await mkdtemp(join(tmpdir(), "vores-plan-"));
  return { storage: ["--data", folder], drop: () => rm(folder, { recursive: true }) };
}

async function freshPostgres(cluster: string) {
  const name = `vores_e2e_${randomBytes(6).toString("hex")}`;
  const run = async (sql: string) => {
    const client = new pg.Client(cluster);
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await run(`CREATE DATABASE ${name}`);
  const address = new URL(cluster);
  address.pathname = `/${name}`;
  return { storage: ["--database", address.href], drop: () => run(`DROP DATABASE ${name} WITH (FORCE)`) };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}
