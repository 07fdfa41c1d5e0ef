// Runs the program under test.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

export type Database = "sqlite" | "postgres";

export type Role = "parent" | "other_parent" | "contact_person" | "adviser" | "second_adviser" | "project_lead"
  | "administrator" | "second_administrator";

export type Person = { role: Role; name: string; address: string };

/** Where a test server answers, what it stores in and what its environment adds; global setup leaves it in our own. */
export type Place = { url: string; storage: string[]; env?: NodeJS.ProcessEnv };

export const program = required("VORES_PLAN_BIN");

export const placeOf = (database: Database): Place => JSON.parse(required(`PLACE_${database}`));

export const keepPlace = (database: Database, place: Place) => {
  process.env[`PLACE_${database}`] = JSON.stringify(place);
};

/** Adds an invented municipality with its families and gives each role a one-time sign-in. */
export async function invent(place: Place, families: number, seed: number): Promise<Person[]> {
  const numbers = ["--families", String(families), "--seed", String(seed)];
  const { stdout } = await promisify(execFile)(program, ["demo", ...place.storage, ...numbers, "--json"], {
    env: { ...process.env, ...place.env },
  });
  const people: Person[] = JSON.parse(stdout);
  return people.map((person) => ({ ...person, address: onServer(place, person.address) }));
}

function onServer(place: Place, address: string): string {
  const { pathname, search, hash } = new URL(address);
  return new URL(pathname + search + hash, place.url).href;
}

export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set. Run the browser tests with ./dev test.`);
  return value;
}
