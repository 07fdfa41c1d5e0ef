// The clock of a program under test, set by writing to a file (libfaketime); nothing in the program knows.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { required } from "./program";

export interface Clock {
  /** Sets it to a time of Danish winter, such as `2026-12-01 14:00:00`; from there it goes on. */
  set(time: string): Promise<void>;
  /** With these a program goes by it. */
  env: Record<string, string>;
  /** When no program goes by it any more. */
  remove(): Promise<void>;
}

export async function startClock(time: string): Promise<Clock> {
  const folder = await mkdtemp(join(tmpdir(), "vores-plan-clock-"));
  const file = join(folder, "now");
  const set = (time: string) => writeFile(file, `@${time}\n`);
  await set(time);
  const env = {
    LD_PRELOAD: required("FAKETIME_LIBRARY"),
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    TZ: "CET-1",
  };
  return { set, env, remove: () => rm(folder, { recursive: true }) };
}
