// One server on SQLite and one on PostgreSQL, for all tests that need none of their own.
import { keepPlace } from "./program";
import { type Running, start } from "./server";

const FAMILIES = 12;
const SEED = 7;

export default async function startBoth() {
  const running: Running[] = [];
  const stop = async () => {
    for (const server of running) await server.stop();
  };
  try {
    for (const database of ["sqlite", "postgres"] as const) {
      const server = await start(database, FAMILIES, SEED);
      running.push(server);
      keepPlace(database, server.place);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}
