// Starts one server on a fresh SQLite folder and one on a fresh PostgreSQL database.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { type Database, invent, keepPlace, program, required } from "./program";

const FAMILIES = 12;
const SEED = 7;

export default async function start() {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const step of undo.reverse()) await step();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), "vores-plan-"));
    undo.push(() => rm(folder, { recursive: true }));
    undo.push(await serve("sqlite", ["--data", folder]));

    const { address, drop } = await freshPostgres(required("TEST_DATABASE_URL"));
    undo.push(drop);
    undo.push(await serve("postgres", ["--database", address]));
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

async function serve(database: Database, storage: string[]) {
  const port = await freePort();
  const place = { url: `http://localhost:${port}`, storage };
  await invent(place, FAMILIES, SEED);

  const listen = ["--listen", `127.0.0.1:${port}`, "--public-url", place.url, "--site", required("SITE")];
  // One address signs in far more people here than it ever would outside.
  listen.push("--sign-in-tries", "100000", "--log", "warn");
  const server = spawn(program, ["serve", ...storage, ...listen], { stdio: ["ignore", "ignore", "inherit"] });
  const stop = () => end(server);
  await ready(place.url, server).catch(async (error) => {
    await stop();
    throw error;
  });
  keepPlace(database, place);
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
  return { address: address.href, drop: () => run(`DROP DATABASE ${name} WITH (FORCE)`) };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}
