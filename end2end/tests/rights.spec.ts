// An adviser writes down who sees a child's page while a parent has it open, and opens and closes what the child said.
import type { Page } from "@playwright/test";
import { expect, test } from "../people";

test.use({ actionTimeout: 10_000 });

const openChildren = async (adviser: Page) => {
  await adviser.goto("/families");
  await adviser.getByRole("link", { name: /^Familien Solsort/ }).click();
  await adviser.getByRole("link", { name: "Børn og rettigheder" }).click();
};

/** The box of an adult in one of the groups of the form. */
const box = (page: Page, group: string, adult: string) => page.getByRole("group", { name: group }).getByLabel(adult);

test("a parent who no longer sees a child's page is without the child on the next step, and has it back when it is given back", async ({ signIn }) => {
  const [adviser, jonas, amina] = [await signIn("adviser"), await signIn("other_parent"), await signIn("parent")];
  await jonas.getByRole("link", { name: "Mig", exact: true }).click();
  await jonas.getByRole("link", { name: "Børnene" }).click();
  await expect(jonas.getByRole("heading", { name: "Alma Solsort" })).toBeVisible();
  await expect(jonas.getByText("Alma bor hos dig.")).toBeVisible();
  await jonas.goto("/check-in/child");
  await jonas.getByRole("main").getByRole("link", { name: "Alma" }).click();
  await expect(jonas.getByText("Hvordan går det med venner?").first()).toBeAttached();

  await openChildren(adviser);
  await adviser.getByRole("link", { name: /^Ret ?: Alma Solsort/ }).click();
  for (const group of ["Hvem har forældremyndighed?", "Hvem ser barnets side?", "Hvem bor barnet hos?"]) {
    await box(adviser, group, "Jonas Solsort").uncheck();
  }
  await adviser.getByRole("button", { name: "Gem" }).click();
  await expect(adviser.getByRole("heading", { name: "Karen Havblik rettede Alma Solsort" })).toBeVisible();

  const reloaded = await jonas.reload();
  expect(reloaded?.status()).toBe(404);
  await jonas.goto("/children");
  await expect(jonas.getByRole("heading", { name: "Villads Solsort" })).toBeVisible();
  await expect(jonas.getByText("Alma")).toHaveCount(0);
  await expect(jonas.getByText("Mangler et barn, eller passer det ikke? Sig det til Karen.")).toBeVisible();
  await amina.goto("/children");
  await expect(amina.getByRole("heading", { name: "Alma Solsort" })).toBeVisible();

  await adviser.getByRole("link", { name: /^Ret ?: Alma Solsort/ }).click();
  await box(adviser, "Hvem ser barnets side?", "Jonas Solsort").check();
  await adviser.getByRole("button", { name: "Gem" }).click();
  await jonas.reload();
  await expect(jonas.getByRole("heading", { name: "Alma Solsort" })).toBeVisible();
  await expect(jonas.getByText("Du har ikke forældremyndighed.")).toBeVisible();
});

test("what a child said is hidden, opened to one parent, and closed again", async ({ signIn }) => {
  const said = "Jeg sover bedst, når der er lys i gangen.";
  const [adviser, amina, jonas] = [await signIn("adviser"), await signIn("parent"), await signIn("other_parent")];
  const parents = [amina, jonas];
  const reads = async (parent: Page) => {
    await parent.goto("/children");
    await expect(parent.getByRole("heading", { name: "Alma Solsort" })).toBeVisible();
    return (await parent.getByText(said).count()) > 0;
  };

  await openChildren(adviser);
  await adviser.getByRole("link", { name: /^Barnets egne ord ?: Alma Solsort/ }).click();
  await adviser.getByLabel("Hvad sagde barnet?").fill(said);
  await adviser.getByLabel("Hvem hørte det?").fill("Lis i børnehaven");
  await adviser.getByRole("button", { name: "Gem. Forældrene ser det ikke" }).click();
  await expect(adviser.getByText(said)).toBeVisible();
  await expect(adviser.getByText("Ingen forælder kan se det.")).toBeVisible();
  for (const parent of parents) expect(await reads(parent)).toBe(false);

  await adviser.getByRole("link", { name: "Åbn for Amina" }).click();
  await expect(adviser.getByText("Amina Solsort kan læse det her, så snart du åbner.")).toBeVisible();
  await adviser.getByRole("button", { name: "Åbn for Amina" }).click();
  await expect(adviser.getByText("Vælg et af svarene.")).toBeVisible();
  await adviser.getByLabel("Alma har sagt ja til det.").check();
  await adviser.getByRole("button", { name: "Åbn for Amina" }).click();
  await expect(adviser.getByText("Amina kan læse det.")).toBeVisible();
  expect([await reads(amina), await reads(jonas)]).toEqual([true, false]);
  await expect(amina.getByText("Det har Alma sagt")).toBeVisible();
  await expect(amina.getByText(/^Sagt til Lis i børnehaven/)).toBeVisible();

  await adviser.getByRole("button", { name: "Luk for Amina" }).click();
  await expect(adviser.getByText("Ingen forælder kan se det.")).toBeVisible();
  for (const parent of parents) expect(await reads(parent)).toBe(false);
});
