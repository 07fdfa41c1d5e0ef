// A family and its adviser write the plan together: hopes, goals and steps, proposals and answers, and what was wrong is
// taken back.
import type { Page } from "@playwright/test";
import { expect, test } from "../people";

const openPlan = async (page: Page) => {
  await page.getByRole("link", { name: "Plan", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Jeres plan");
};

const openFamilysPlan = async (adviser: Page) => {
  await adviser.getByRole("link", { name: "Familier" }).click();
  await adviser.locator(".families a").first().click();
  await adviser.getByRole("link", { name: "Se hele planen" }).click();
};

test("a family writes a hope, agrees on a goal with its adviser, and takes a first step", async ({ signIn }) => {
  const [parent, adviser] = [await signIn("parent"), await signIn("adviser")];
  await openPlan(parent);
  await parent.getByRole("link", { name: "Skriv et håb" }).click();
  await parent.getByLabel("Hvad håber eller drømmer I om?").fill("At vi griner mere sammen");
  await parent.getByRole("button", { name: "Gem" }).click();
  await expect(parent.locator(".hopes")).toContainText("At vi griner mere sammen");

  await openFamilysPlan(adviser);
  await expect(adviser.locator(".hopes")).toContainText("At vi griner mere sammen");
  await adviser.getByRole("link", { name: "Nyt mål" }).click();
  await adviser.getByLabel("Hvad vil I gerne nå?").fill("Villads begynder til fodbold");
  await adviser.getByLabel("Hvad handler det om?").selectOption("Fritid");
  await adviser.getByLabel("Hvor er det nu?").selectOption("Det venter");
  await adviser.getByRole("button", { name: "Foreslå det" }).click();
  await expect(adviser.getByText("Familien har ikke svaret endnu.")).toBeVisible();

  await parent.reload();
  await expect(parent.getByRole("heading", { name: "Karen foreslår et mål" })).toBeVisible();
  await parent.getByRole("button", { name: "Ja, det gør vi" }).click();
  await expect(parent.getByRole("heading", { name: "Forslag" })).toBeHidden();
  const waiting = parent.locator("section", { has: parent.getByRole("heading", { name: "Det venter" }) });
  await expect(waiting).toContainText("Villads begynder til fodbold");

  await parent.getByRole("link", { name: "Nyt skridt" }).first().click();
  await parent.getByLabel("Hvad er det næste, lille skridt?").fill("Ring til træneren");
  await parent.getByLabel("Hvem gør det?").selectOption({ label: "Amina Solsort" });
  await parent.getByRole("button", { name: "Gem" }).click();
  await parent.getByRole("button", { name: "Sæt flueben: Ring til træneren" }).click();
  await expect(parent.getByRole("button", { name: "Gjort: Ring til træneren" })).toContainText("Gjort i dag.");
});

test("three goals at once are enough, and what is typed stays when it is said", async ({ signIn }) => {
  const parent = await signIn("parent");
  await openPlan(parent);
  await parent.getByRole("link", { name: "Nyt mål" }).click();
  await parent.getByLabel("Hvad vil I gerne nå?").fill("En have");
  await parent.getByLabel("Hvor er det nu?").selectOption("Vi arbejder på det nu");
  await parent.getByRole("button", { name: "Gem" }).click();
  await expect(parent.getByText("I har allerede tre mål i gang.")).toBeVisible();
  await expect(parent.getByLabel("Hvad vil I gerne nå?")).toHaveValue("En have");
  await parent.getByLabel("Hvor er det nu?").selectOption("Det venter");
  await parent.getByRole("button", { name: "Gem" }).click();
  await expect(parent.getByRole("link", { name: "Ret En have" })).toBeVisible();
});

test("two who write at once see each other's words", async ({ signIn }) => {
  const [amina, jonas] = [await signIn("parent"), await signIn("other_parent")];
  for (const parent of [amina, jonas]) {
    await openPlan(parent);
    await parent.getByRole("link", { name: /^Ret Rolige morgener/ }).click();
  }
  const title = (page: Page) => page.getByLabel("Hvad vil I gerne nå?");
  await title(amina).fill("Rolige morgener med musik");
  await title(jonas).fill("Rolige morgener uden skærm");
  await amina.getByRole("button", { name: "Gem" }).click();
  await jonas.getByRole("button", { name: "Gem" }).click();
  await expect(jonas.getByText("En anden ændrede det, mens du skrev.")).toBeVisible();
  await expect(jonas.getByText("Rolige morgener med musik")).toBeVisible();
  await expect(title(jonas)).toHaveValue("Rolige morgener uden skærm");
  await jonas.getByRole("button", { name: "Gem" }).click();
  await expect(jonas.getByRole("heading", { name: "Rolige morgener uden skærm" })).toBeVisible();

  await jonas.getByRole("link", { name: "Se, hvad der er ændret" }).click();
  await jonas.getByRole("button", { name: /^Fortryd.*Jonas ændrede et mål/ }).click();
  await expect(jonas.getByRole("heading", { name: "Rolige morgener med musik" })).toBeVisible();
});
