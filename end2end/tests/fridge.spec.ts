// The plan for the fridge: one phone screen, one sheet of paper, nothing on it that only an authority would say.
import type { Page } from "@playwright/test";
import { expect, test } from "../people";
import { placeOf } from "../program";
import { scan } from "../scan";

const MOST = 120;

/** A line as long as a line may be: of words, or of one word that has no end. */
const long = (words: string) => words.repeat(MOST).slice(0, MOST - 1).trimEnd().padEnd(MOST, "x");

const LONG = [long("Vi spiser sammen hver aften "), long("M"), long("Rugbrødsmadder og fritidsjob ")];

test("the family's plan fits the screen of a phone", async ({ signIn }) => {
  const parent = await signIn("parent");
  await parent.setViewportSize({ width: 360, height: 800 });
  await parent.goto("/plan");
  await parent.getByRole("link", { name: "Til køleskabet" }).click();
  await expect(parent.getByRole("heading", { level: 1 })).toHaveText("Jeres plan");
  await expect(parent.locator(".fridge h2")).toHaveCount(3);
  await expect(parent.locator(".fridge footer")).toContainText("Freja Lyng");
  const end = await parent.locator(".fridge footer").evaluate((footer) => footer.getBoundingClientRect().bottom);
  expect(end).toBeLessThanOrEqual(800);
});

test("it is one sheet of paper in every language, however long its goals are", async ({ database, signIn }) => {
  const parent = await signIn("parent");
  await parent.goto("/plan/fridge");
  const titles = await parent.locator(".fridge h2").allTextContents();
  await write(parent, titles);
  for (const [language, heading] of [["da", "Jeres plan"], ["en", "Your plan"]]) {
    await parent.goto("/me");
    await parent.locator(`input[value="${language}"]`).check();
    await parent.locator('form[action="/me/language"] button').click();
    await parent.goto("/plan/fridge");
    await expect(parent.getByRole("heading", { level: 1 })).toHaveText(heading);
    expect(await parent.locator(".fridge h2").allTextContents()).toEqual(LONG);

    for (const margin of ["0mm", "10mm", "19mm"]) {
      const pdf = await parent.pdf({ format: "A4", margin: { top: margin, bottom: margin, left: margin, right: margin } });
      expect(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g), `with margins of ${margin}`).toHaveLength(1);
    }
    await parent.emulateMedia({ media: "print" });
    for (const pressed of await parent.locator("nav, button, .button, .quiet, .aside").all()) {
      await expect(pressed).toBeHidden();
    }
    for (const goal of await parent.locator(".fridge li, .fridge h2").all()) {
      const cut = await goal.evaluate((e) => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1);
      expect(cut, "no goal is cut").toBe(false);
    }
    expect(await scan(parent.locator("figure.code"))).toBe(`${placeOf(database).url}/plan`);
    const said = await parent.locator("main").innerText();
    expect(said).not.toMatch(/kommune|municipal|rådgiver|adviser|jobcent|diagnos|WHO-5/i);
    await parent.emulateMedia({ media: null });
  }
});

/** Gives every goal worked on, and its next step, a line as long as it may be. */
async function write(page: Page, titles: string[]) {
  const links = (pattern: RegExp) =>
    page.locator("main a[href]").evaluateAll((all, source) => [...new Set(all.map((a) => a.getAttribute("href")!))].filter((href) => new RegExp(source).test(href)), pattern.source);
  await page.goto("/plan");
  const steps = await links(/^\/steps\/[0-9a-f]{32}\/edit$/);
  const goals = await links(/^\/goals\/[0-9a-f]{32}$/);
  for (const address of [...steps, ...goals]) {
    await page.goto(address);
    const title = page.locator('[name="title"]');
    const at = titles.indexOf(await title.inputValue());
    if (address.startsWith("/goals") && at < 0) continue;
    await title.fill(address.startsWith("/goals") ? LONG[at] : LONG[0]);
    const doer = page.locator('select[name="doer"]');
    if ((await doer.count()) > 0) await doer.selectOption({ index: 1 });
    await page.locator("main form .main").first().click();
    await expect(page).toHaveURL(/\/plan/);
  }
}
