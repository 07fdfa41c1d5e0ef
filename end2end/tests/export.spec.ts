// A parent takes along what she told, and reads it.
import { readFile } from "node:fs/promises";
import { expect, test } from "../people";

test("a parent takes along what she told, and finds what she reads on the page in it", async ({ signIn }) => {
  const parent = await signIn("parent");
  await parent.goto("/check-ins");
  const shown = await parent.locator("main").textContent();
  const [table] = await Promise.all([
    parent.waitForEvent("download"),
    parent.locator("a[href='/check-ins/table.csv']").click(),
  ]);
  expect(table.suggestedFilename()).toMatch(/\.csv$/);
  const [headings, ...rows] = (await readFile(await table.path(), "utf8"))
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(";"));
  const told = rows.filter((row) => row[headings.indexOf("Spørgeskema")] === "Hvordan har du det?");
  expect(told.length).toBeGreaterThan(0);
  for (const row of told) expect(shown).toContain(row[headings.indexOf("Samlet tal")]);
});
