// A shared phone locks in a pause and opens where she was; before what only she should do it asks who it is; and a copied
// cookie is worth nothing once she signs out everywhere.
import type { Page } from "@playwright/test";
import { startClock } from "../clock";
import { expect, test as base } from "../people";
import { start } from "../server";

const DAY = "2026-12-01";

type Town = {
  setClock: (time: string) => Promise<void>;
  /** The parent, signed in at 14:00. */
  parent: Page;
};

const test = base.extend<{ town: Town }>({
  town: async ({ browser, database }, use) => {
    const clock = await startClock(`${DAY} 14:00:00`);
    const { people, stop } = await start(database, 1, 1, clock.env);
    const parent = await (await browser.newContext()).newPage();
    await parent.goto(people.find(({ role }) => role === "parent")!.address);
    await parent.getByRole("main").getByRole("button").click();
    await parent.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
    await use({ setClock: (time) => clock.set(`${DAY} ${time}`), parent });
    await parent.context().close();
    await stop();
    await clock.remove();
  },
});

const title = (page: Page) => page.getByRole("heading", { level: 1 });

const at = (page: Page, path: string) => new URL(path, page.url()).href;

async function chooseCode(page: Page, code: string) {
  await page.goto(at(page, "/me"));
  await page.getByRole("link", { name: "Vælg en kode" }).click();
  await page.getByLabel("Koden", { exact: true }).fill(code);
  await page.getByLabel("Skriv koden igen").fill(code);
  await page.getByRole("button", { name: "Gem koden" }).click();
  await expect(page).toHaveURL(/\/me#code$/);
}

test("the phone locks in a pause, and the code leads back to where she was", async ({ town }) => {
  test.slow();
  const { parent, setClock } = town;
  await chooseCode(parent, "2580");
  await parent.goto(at(parent, "/meetings"));
  await expect(title(parent)).not.toHaveText("Siden er låst");

  await setClock("14:06:00");
  await parent.goto(at(parent, "/plan"));
  await expect(title(parent)).toHaveText("Siden er låst");
  await expect(parent.getByText("Amina")).toHaveCount(0);
  await expect(parent.getByRole("navigation")).toHaveCount(0);
  await parent.getByLabel("Din kode").fill("2581");
  await parent.getByRole("button", { name: "Lås op" }).click();
  await expect(parent.getByText("Det var ikke koden. Du kan prøve 4 gange til.")).toBeVisible();
  await expect(parent.getByLabel("Din kode")).toHaveValue("");
  await parent.getByLabel("Din kode").fill("2580");
  await parent.getByRole("button", { name: "Lås op" }).click();
  await expect(parent).toHaveURL(/\/plan$/);
  await expect(title(parent)).toHaveText("Jeres plan");

  await parent.goto(at(parent, "/notes"));
  await parent.locator("textarea").fill("Noget, jeg har skrevet længe på.");
  await setClock("14:20:00");
  await parent.locator("form", { has: parent.locator("textarea") }).getByRole("button").click();
  await expect(title(parent)).toHaveText("Siden er låst");
  await parent.getByLabel("Din kode").fill("2580");
  await parent.getByRole("button", { name: "Lås op" }).click();
  await parent.getByRole("button", { name: "Gem det nu" }).click();
  await expect(parent.getByText("Noget, jeg har skrevet længe på.")).toBeVisible();
});

test("before what only she should do it asks who it is, and then does what she chose", async ({ town }) => {
  test.slow();
  const { parent, setClock } = town;
  await setClock("14:15:00");
  await parent.goto(at(parent, "/sharing"));
  await expect(parent.getByText("må se dine noter")).toHaveCount(0);
  await parent.getByRole("radio", { name: "Dine noter" }).check();
  await parent.getByRole("button", { name: "Sig ja" }).click();
  await expect(title(parent)).toHaveText("Er det dig?");
  await parent.getByLabel("Koden", { exact: true }).fill("7391");
  await parent.getByLabel("Skriv koden igen").fill("7391");
  await parent.getByRole("button", { name: "Gem koden" }).click();
  await expect(title(parent)).toHaveText("Tak. Det er dig.");
  await parent.getByRole("button", { name: "Gør det færdigt" }).click();
  await expect(parent).toHaveURL(/\/sharing$/);
  await expect(parent.getByText("må se dine noter")).toBeVisible();
});

test("a copied cookie is worth nothing once she signs out everywhere", async ({ browser, town }) => {
  const { parent } = town;
  const thief = await (await browser.newContext({ storageState: await parent.context().storageState() })).newPage();
  await thief.goto(at(parent, "/plan"));
  await expect(title(thief)).toHaveText("Jeres plan");
  await parent.goto(at(parent, "/me"));
  await parent.getByRole("button", { name: "Log ud alle steder" }).click();
  await expect(title(parent)).toHaveText("Jeres plan, lige ved hånden");
  await thief.goto(at(parent, "/plan"));
  await expect(title(thief)).toHaveText("Jeres plan, lige ved hånden");
  await thief.context().close();
});
