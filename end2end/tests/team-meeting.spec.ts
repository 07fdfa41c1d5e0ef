// The team goes through its families at a meeting: with keys alone, on paper, on a phone and on a wide screen.
import type { Page } from "@playwright/test";
import { expect, test } from "../people";
import { invent, placeOf } from "../program";

const FAMILIES = 12;

/** Signs in as an adviser of a municipality with so many families. */
async function adviserOf(page: Page, database: "sqlite" | "postgres", families: number, seed: number) {
  const people = await invent(placeOf(database), families, seed);
  await page.goto(people.find((person) => person.role === "adviser")!.address);
  await page.getByRole("main").getByRole("button").click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}

const lines = (page: Page) => page.locator(".round > li");

test("the families are gone through with keys alone, and what was agreed is kept", async ({ database, page }, info) => {
  await adviserOf(page, database, FAMILIES, 900_000 + info.workerIndex * 100 + info.repeatEachIndex);
  await page.goto("/families");
  await page.getByRole("link", { name: /^Teammøde / }).click();
  const names = await lines(page).getByRole("heading", { level: 2 }).allTextContents();
  expect(names.length).toBeGreaterThan(2);
  await page.getByRole("link", { name: "Gå igennem familierne" }).press("Enter");

  for (const [at, name] of names.entries()) {
    await expect(page.getByRole("heading", { level: 1 })).toContainText(`Familie ${at + 1} af ${names.length}`);
    await expect(page.getByRole("heading", { level: 1 })).toContainText(name);
    const last = at + 1 === names.length;
    // The way on has the focus: Enter alone leads through the families.
    await expect(page.getByRole("link", { name: last ? "Tilbage til listen" : /^Næste familie/ })).toBeFocused();
    if (at === 0) {
      await tabTo(page, "textarea");
      await page.keyboard.type("Karen taler med skolen.");
      await tabTo(page, ".review .main");
    }
    await page.keyboard.press("Enter");
  }
  await expect(page).toHaveURL(/\/team-meeting$/);
  await expect(lines(page).first()).toContainText("Karen taler med skolen.");
  await expect(page.getByText("Karen taler med skolen.")).toHaveCount(1);
});

test("an empty note gets a sentence, and what is typed next goes there", async ({ signIn }) => {
  const adviser = await signIn("adviser");
  await adviser.goto("/team-meeting/4-weeks");
  await adviser.locator(".round h2 a").first().click();
  await adviser.getByRole("button", { name: /^Gem/ }).click();
  await expect(adviser.getByText("Skriv noget her.")).toBeVisible();
  await expect(adviser.getByLabel("Det aftalte vi")).toBeFocused();
  await adviser.keyboard.type("Vi ses igen");
  await adviser.getByRole("button", { name: /^Gem/ }).click();
  await expect(adviser).toHaveURL(/\/team-meeting\/4-weeks$/);
  await expect(adviser.getByText("Vi ses igen")).toBeVisible();
});

test("a promise is ticked off on the list", async ({ signIn }) => {
  const adviser = await signIn("adviser");
  await adviser.locator(".inbox a").first().click();
  await adviser.locator("textarea").fill("Jeg ringer.");
  await adviser.getByRole("radio", { name: "Jeg ringer" }).check();
  await adviser.locator(".review .main").click();
  await adviser.waitForURL("**/inbox");
  await adviser.goto("/team-meeting");
  const promise = lines(adviser).locator(".promises li").last();
  await expect(promise).toContainText(/ringer til \S+\. Senest /);
  await promise.getByRole("button", { name: /^Holdt ?: Karen Havblik ringer til / }).click();
  await expect(adviser).toHaveURL(/\/team-meeting#p/);
  await expect(adviser.getByText("Holdt.", { exact: true })).toBeVisible();
});

test("the list is a few whole sheets of paper without anything to press", async ({ database, page }, info) => {
  await adviserOf(page, database, FAMILIES, 950_000 + info.workerIndex * 100 + info.repeatEachIndex);
  await page.goto("/team-meeting");
  const names = await lines(page).getByRole("heading", { level: 2 }).allTextContents();
  const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
  const sheets = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  expect(sheets).toBeGreaterThan(0);
  expect(sheets).toBeLessThanOrEqual(2);

  await page.emulateMedia({ media: "print" });
  for (const name of names) await expect(page.getByRole("heading", { name, exact: true }).first()).toBeVisible();
  for (const pressed of await page.locator("nav, button, .button, .quiet").all()) await expect(pressed).toBeHidden();
  for (const line of await lines(page).all()) await expect(line).toHaveCSS("break-inside", "avoid");
});

async function tabTo(page: Page, target: string) {
  for (let stops = 0; stops < 30; stops += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((target) => document.activeElement?.matches(target), target)) return;
  }
  throw new Error(`${target} is not reached by Tab.`);
}
