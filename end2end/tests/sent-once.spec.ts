// However often it is sent, it is one check-in; and "not today" is an answer too.
import type { Page } from "@playwright/test";
import { expect, test } from "../people";

const QUESTIONS = ["happy", "calm", "active", "rested", "interest"];

async function fill(page: Page, script: boolean) {
  await page.goto("/check-in/who5");
  if (script) await expect(page.getByRole("status")).toHaveText("1 af 5");
  for (const at of QUESTIONS) await page.locator(`#${at} [value="5"]`).click();
  await expect(page.getByRole("button", { name: "Send" })).toBeVisible();
}

const send = (page: Page) => page.getByRole("button", { name: "Send" }).click();

const saved = (page: Page) => expect(page.getByText("Dit tal er 100 af 100.")).toBeVisible();

/** So many check-ins of hers stand in her adviser's inbox. */
async function told(adviser: Page, count: number) {
  await adviser.goto("/inbox");
  await expect(adviser.locator(".inbox li").filter({ hasText: "Amina Solsort" })).toHaveCount(count);
}

test("a double tap makes one", async ({ script, signIn }) => {
  const parent = await signIn("parent");
  await fill(parent, script);
  await parent.getByRole("button", { name: "Send" }).dblclick({ noWaitAfter: true });
  await saved(parent);
  await told(await signIn("adviser"), 1);
});

test("going back after sending and sending again makes one", async ({ script, signIn }) => {
  const parent = await signIn("parent");
  await fill(parent, script);
  await send(parent);
  await saved(parent);
  await parent.goBack();
  await expect(parent.getByRole("button", { name: "Send" })).toBeVisible();
  if (script) {
    await expect(parent.locator(":checked"), "what was sent does not come back as new answers").toHaveCount(0);
    await parent.goto("/check-in/who5#happy");
    for (const at of QUESTIONS) await parent.locator(`#${at} [value="5"]`).click();
  } else {
    await expect(parent.locator(":checked"), "the browser fills in what it remembers").toHaveCount(5);
  }
  await send(parent);
  await saved(parent);
  await told(await signIn("adviser"), 1);
});

test("a net that fails on the way there loses nothing", async ({ script, signIn }) => {
  const parent = await signIn("parent");
  const adviser = await signIn("adviser");
  await fill(parent, script);
  await parent.route("**/check-in/who5", (route) => (route.request().method() === "POST" ? route.abort() : route.continue()));
  await send(parent);
  await expect.poll(() => parent.url()).toMatch(/^chrome-error:/);
  await parent.unroute("**/check-in/who5");
  await told(adviser, 0);
  if (script) {
    await parent.goto("/check-in/who5");
    await expect(parent.locator("[type=radio]:checked")).toHaveCount(5);
    await send(parent);
  } else {
    // What was to be sent stands behind the browser's own "reload".
    await parent.reload();
  }
  await saved(parent);
  await told(adviser, 1);
});

test("a net that fails on the way back makes one", async ({ script, signIn }) => {
  const parent = await signIn("parent");
  await fill(parent, script);
  await parent.route("**/check-in/who5", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    await route.fetch({ maxRedirects: 0 });
    return route.abort();
  });
  await send(parent);
  await expect.poll(() => parent.url()).toMatch(/^chrome-error:/);
  await parent.unroute("**/check-in/who5");
  await told(await signIn("adviser"), 1);
  await parent.goto("/check-in/who5");
  if (script) await expect(parent.getByRole("status")).toHaveText("1 af 5");
  await expect(parent.locator(":checked"), "what was saved does not come back as new answers").toHaveCount(0);
});

test("'Ikke i dag' leads home and is not asked again today", async ({ signIn }) => {
  const parent = await signIn("parent");
  await parent.getByRole("link", { name: "Svar nu" }).click();
  await parent.getByRole("button", { name: "Ikke i dag" }).click();
  await expect(parent).toHaveURL((url) => url.pathname === "/");
  await expect(parent.locator('.now a[href="/check-in/who5"]')).toHaveCount(0);
  await parent.reload();
  await expect(parent.locator('.now a[href="/check-in/who5"]')).toHaveCount(0);
});
