// An adviser changes a family's plan and meetings on the family's own page; without script by the same links and forms.
import type { Page } from "@playwright/test";
import { expect, test } from "../people";

/** The page of the family of the story, for its adviser. */
async function family(page: Page) {
  await page.goto("/families");
  await page.getByRole("link", { name: "Familien Solsort" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Familien Solsort");
  return page.url();
}

/** Where the form is: before the page, or a page of its own. */
const form = (page: Page, script: boolean) => (script ? page.getByRole("dialog") : page.getByRole("main"));

test("a meeting is booked, changed and kept where the family stands", async ({ script, signIn }) => {
  const adviser = await signIn("adviser");
  const address = await family(adviser);
  await adviser.getByRole("link", { name: "Aftal et møde" }).click();
  const at = form(adviser, script);
  await expect(at.getByRole("heading", { name: "Aftal et møde" })).toBeVisible();
  if (script) expect(adviser.url(), "nobody left the page").toBe(address);

  await at.locator('[name="day"]').fill("2027-03-02");
  await at.locator('[name="time"]').fill("07:00");
  await at.locator('[name="minutes"]').fill("30");
  await at.locator('[name="place"]').first().check();
  await at.getByRole("button", { name: "Aftal mødet" }).click();
  await expect(at.getByText("Skriv noget her.").first()).toBeVisible();
  if (script) {
    expect(adviser.url()).toBe(address);
    await expect(at.locator('[name="title"]'), "what is wrong has the focus").toBeFocused();
  }
  await expect(at.locator('[name="day"]'), "what was typed is kept").toHaveValue("2027-03-02");
  await at.locator('[name="title"]').fill("Kaffe og planer");
  await at.getByRole("button", { name: "Aftal mødet" }).click();
  if (script) await expect(adviser.getByRole("dialog")).toBeHidden();
  else await adviser.waitForURL(/\/meetings\/[0-9a-f]{32}$/);
  await adviser.goto(address);
  await expect(adviser.getByText("Kaffe og planer").first()).toBeVisible();
});

test("a goal is proposed and a step changed with keys alone", async ({ script, signIn }) => {
  const adviser = await signIn("adviser");
  const address = await family(adviser);
  const link = adviser.getByRole("link", { name: /^Nyt mål/ });
  await link.focus();
  await adviser.keyboard.press("Enter");
  const at = form(adviser, script);
  const title = at.locator('[name="title"]');
  if (script) await expect(title).toBeFocused();
  await title.fill("Fredag er familiedag");
  await title.press("Enter");
  if (script) await expect(adviser.getByRole("dialog")).toBeHidden();
  else await adviser.waitForURL(/\/plan/);
  const parent = await signIn("parent");
  await parent.goto("/plan");
  await expect(parent.getByText("Fredag er familiedag").first(), "the family decides").toBeVisible();

  await adviser.goto(address);
  const edit = adviser.getByRole("link", { name: /^Ret skridtet/ }).first();
  await edit.focus();
  await adviser.keyboard.press("Enter");
  await expect(form(adviser, script).locator('[name="title"]')).not.toHaveValue("");
  if (script) {
    await adviser.keyboard.press("Escape");
    await expect(adviser.getByRole("dialog")).toBeHidden();
    await expect(edit, "the focus is where it was").toBeFocused();
    expect(adviser.url()).toBe(address);
  }
});

test("where no answer comes a link still leads to its form", async ({ signIn }) => {
  const adviser = await signIn("adviser");
  await family(adviser);
  await adviser.route("**/goals/new", (route) => (route.request().resourceType() === "fetch" ? route.abort() : route.continue()));
  await adviser.getByRole("link", { name: /^Nyt mål/ }).click();
  await adviser.waitForURL(/\/goals\/new$/);
  await expect(adviser.locator('[name="title"]')).toBeVisible();
});
