// An adviser comes in by the municipality's directory, a parent with MitID once she confirmed an invitation; who signs out
// here signs out there.
import type { Page } from "@playwright/test";
import { finger } from "../finger";
import { expect, test } from "../people";
import type { Role } from "../program";
import { startWithProvider } from "../provider";
import type { Running } from "../server";

let running: Running;
let seed = 900;

test.beforeAll(async ({}, { project, workerIndex }) => {
  seed += 10 * workerIndex;
  const { database } = project.use as { database: "sqlite" | "postgres" };
  running = await startWithProvider(database, seed);
});
test.afterAll(() => running.stop());

const at = (path: string) => running.place.url + path;
const invitation = (role: Role) => running.people.find((person) => person.role === role)!.address;

/** Chooses somebody at the provider. */
async function prove(page: Page, name: string, level = "Substantial") {
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Prøvelogin");
  await page.getByLabel("Niveau").selectOption(level);
  await page.getByRole("button", { name }).click();
}

/** Signs out here, and says yes at the provider. */
async function signOut(page: Page) {
  await page.goto(at("/me"));
  await page.getByRole("button", { name: "Log ud her" }).click();
  await page.waitForURL("**/session/end**");
  await page.locator("[name=logout]").first().click();
  await expect(page).toHaveURL(at("/"));
}

test("an adviser comes in by the directory, and signing out ends both", async ({ page }) => {
  await page.goto(at("/"));
  await page.getByRole("button", { name: "Log ind med Kommunens login" }).click();
  await prove(page, "Karen Havblik");
  await expect(page.getByRole("heading", { level: 1, name: "Indbakke" })).toBeVisible();
  await signOut(page);
  await page.goto(at("/inbox"));
  await expect(page, "nobody is signed in here").toHaveURL(at("/"));
  await page.getByRole("button", { name: "Log ind med Kommunens login" }).click();
  await prove(page, "Karen Havblik");
  await expect(page.getByRole("heading", { level: 1, name: "Indbakke" })).toBeVisible();

  await page.context().clearCookies({ name: "session" });
  await page.goto(at("/"));
  await page.getByRole("button", { name: "Log ind med Kommunens login" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Indbakke" }), "the directory knows her still").toBeVisible();
});

test("a parent confirms an invitation with MitID, and comes in with it the next time", async ({ page }) => {
  await page.goto(at("/"));
  await page.getByRole("button", { name: "Log ind med MitID" }).click();
  await prove(page, "Amina Solsort");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Vi kender dig ikke endnu");
  await expect(page.getByText("Bed din rådgiver om en invitation.")).toBeVisible();

  await page.goto(invitation("parent"));
  await page.getByRole("button", { name: "Bekræft med MitID" }).click();
  await prove(page, "Amina Solsort", "Low");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Vi skal være mere sikre på, at det er dig");

  await page.goto(invitation("parent"));
  await page.getByRole("button", { name: "Bekræft med MitID" }).click();
  await prove(page, "Amina Solsort");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Hej Amina.");
  await signOut(page);

  await page.getByRole("button", { name: "Log ind med MitID" }).click();
  await prove(page, "Amina Solsort");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Hej Amina.");
  await page.goto(at("/me"));
  await page.getByRole("button", { name: "Fjern MitID" }).click();
  await expect(page.getByRole("button", { name: "Bekræft med MitID" })).toBeVisible();
});

test("who changes their mind at the provider begins again", async ({ page }) => {
  await page.goto(at("/"));
  await page.getByRole("button", { name: "Log ind med MitID" }).click();
  await page.getByRole("button", { name: "Fortryd" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Vi må begynde forfra");
  await page.getByRole("link", { name: "Til forsiden" }).click();
  await expect(page).toHaveURL(at("/"));
});

test("a parent binds once with MitID, and comes in with a finger from then on", async ({ page, script }) => {
  test.skip(!script, "a browser asks for a finger by script alone");
  const { keys } = await finger(page);
  await page.goto(invitation("other_parent"));
  await page.getByRole("button", { name: "Bekræft med MitID" }).click();
  await prove(page, "Jonas Solsort");
  await page.goto(at("/me"));
  await page.getByRole("button", { name: "Slå til på denne enhed" }).click();
  await expect(page.locator("#passkeys").getByRole("listitem")).toHaveCount(1);
  expect(await keys()).toHaveLength(1);
  await signOut(page);
  await page.getByRole("button", { name: "Kom ind med din finger" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Hej Jonas.");
});
