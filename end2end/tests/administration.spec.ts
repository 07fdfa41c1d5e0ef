// An adviser leaves while she is at work, and roles take two people.
import type { Page } from "@playwright/test";
import { expect, test } from "../people";

test.use({ actionTimeout: 10_000 });

const colleague = (page: Page, name: string) => page.getByRole("link", { name: new RegExp(`^${name}`) });

test("an adviser leaves: her families go to another, her open page is out at once, and the log tells it", async ({ signIn }) => {
  const [office, karen, thomas] = [await signIn("administrator"), await signIn("adviser"), await signIn("second_adviser")];
  await expect(office.getByRole("heading", { level: 1 })).toHaveText("Medarbejdere");
  await expect(office.getByText("Solsort")).toHaveCount(0);
  await expect(karen.getByRole("link", { name: /Solsort/ }).first()).toBeVisible();

  await colleague(office, "Karen Havblik").click();
  await office.getByRole("link", { name: "Giv videre" }).click();
  await expect(office.getByRole("heading", { level: 1 })).toHaveText("Karen giver videre");
  await expect(office.getByText(/Familie \d+/).first()).toBeVisible();
  await office.getByRole("button", { name: "Giv videre nu" }).click();
  await expect(office.getByText("Vælg det svar, der passer bedst.")).toBeVisible();
  await office.getByLabel("Ny person for alle familier").selectOption({ label: "Thomas Rønnebær" });
  await office.getByRole("button", { name: "Giv videre nu" }).click();
  await expect(office.getByRole("heading", { level: 1 })).toHaveText("Medarbejdere");
  await expect(colleague(office, "Karen Havblik")).toHaveCount(0);

  await karen.reload();
  await expect(karen.getByRole("heading", { level: 1 })).toHaveText("Jeres plan, lige ved hånden");
  await thomas.goto("/inbox");
  await expect(thomas.getByRole("link", { name: /Solsort/ }).first()).toBeVisible();
  await thomas.goto("/families");
  await thomas.getByRole("link", { name: /^Familien Solsort/ }).click();
  await expect(thomas.getByRole("listitem").filter({ hasText: "Thomas Rønnebær" }).filter({ hasText: "Første rådgiver" })).toBeVisible();

  await office.goto("/administration");
  await expect(office.getByRole("heading", { name: "Karen Havblik stoppede" })).toBeVisible();
});

test("somebody new needs a yes from another administrator, and then comes in with a link", async ({ signIn, browser }) => {
  const [lise, henrik] = [await signIn("administrator"), await signIn("second_administrator")];
  await lise.getByRole("link", { name: "Ny medarbejder" }).click();
  await lise.getByLabel("Navn").fill("Nina Nyborg");
  await lise.getByRole("button", { name: "Foreslå" }).click();
  await expect(lise.getByText("Vælg det svar, der passer bedst.")).toBeVisible();
  await expect(lise.getByLabel("Navn")).toHaveValue("Nina Nyborg");
  await lise.getByLabel(/^Koordinator/).check();
  await lise.getByRole("button", { name: "Foreslå" }).click();
  const waits = (page: Page) => page.getByRole("listitem").filter({ hasText: "Ny koordinator" });
  await expect(waits(lise)).toContainText("En anden administrator skal sige ja.");
  await expect(waits(lise).getByRole("button", { name: "Sig ja" })).toHaveCount(0);

  await henrik.goto("/staff");
  await waits(henrik).getByRole("button", { name: "Sig ja" }).click();
  await expect(waits(henrik)).toHaveCount(0);
  await colleague(henrik, "Nina Nyborg").click();
  await henrik.getByRole("button", { name: "Lav et link" }).click();
  const link = await henrik.getByLabel("Eller send linket").inputValue();

  const nina = await (await browser.newContext()).newPage();
  await nina.goto(new URL(link).pathname);
  await nina.getByRole("main").getByRole("button").click();
  await expect(nina.getByRole("link", { name: "Indbakke" })).toBeVisible();
  await nina.context().close();

  await lise.goto("/administration");
  await expect(lise.getByRole("listitem").filter({ hasText: "Nina Nyborg fik en rolle" })).toContainText("af Henrik Mosevang");
  await expect(lise.getByRole("listitem").filter({ hasText: "Nina Nyborg foreslået" })).toContainText("af Lise Kornblomst");
});
