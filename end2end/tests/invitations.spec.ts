// An adviser invites; the code is read by a phone; a link works once, however often it is looked at.
import { expect, test } from "../people";
import { scan } from "../scan";

test("an invitation's code leads in once, and looking at it does not use it up", async ({ page, request, signIn }) => {
  const adviser = await signIn("adviser");
  await adviser.getByRole("link", { name: "Familier", exact: true }).click();
  await adviser.getByRole("link", { name: /^Familien Solsort/ }).click();
  await adviser.getByRole("button", { name: "Inviter Amina Solsort" }).click();
  await expect(adviser.getByRole("heading", { level: 1 })).toHaveText("Invitation til Amina Solsort");
  await expect(adviser.getByText(/Virker én gang\. Linket vises kun nu\./)).toBeVisible();
  const link = await adviser.getByLabel("Eller send linket").inputValue();
  expect(await scan(adviser.locator("figure.code"))).toBe(link);
  expect(link).toMatch(/^http:\/\/localhost:\d+\/sign-in\/[\w-]{43}$/);

  await adviser.getByRole("link", { name: "Familien Solsort" }).click();
  const amina = adviser.getByRole("listitem").filter({ hasText: "Amina Solsort" });
  await expect(amina).toContainText("Inviteret. Linket gælder til ");
  await expect(adviser.getByText(link)).toHaveCount(0);

  for (let look = 0; look < 3; look += 1) expect((await request.get(link)).status()).toBe(200);
  await page.goto(link);
  await page.reload();
  await expect(page.getByText("Karen Havblik har lavet dette link til dig. Det virker én gang.")).toBeVisible();
  await page.getByRole("button", { name: "Tryk for at åbne" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Hej Amina.");

  await page.goto(link);
  await expect(page, "her own link leads her home").toHaveURL("/");

  await page.context().clearCookies();
  await page.goto(link);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Linket virker ikke mere");
  await expect(page.getByText("Det er ikke din skyld.")).toBeVisible();
  await expect(page.getByText("Ring til Karen Havblik, og få et nyt link.")).toBeVisible();
  await expect(page.getByRole("link", { name: /^Ring \d\d \d\d \d\d \d\d$/ })).toHaveAttribute("href", /^tel:\+45\d{8}$/);
});

test("an invitation taken back leads nowhere", async ({ page, signIn }) => {
  const adviser = await signIn("adviser");
  await adviser.goto("/families");
  await adviser.getByRole("link", { name: /^Familien Solsort/ }).click();
  await adviser.getByRole("button", { name: "Inviter Jonas Solsort" }).click();
  const link = await adviser.getByLabel("Eller send linket").inputValue();
  await page.goto(link);
  await adviser.getByRole("button", { name: "Træk linket tilbage" }).click();
  await expect(adviser.getByRole("heading", { level: 1 })).toHaveText("Familien Solsort");

  await page.getByRole("button", { name: "Tryk for at åbne" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Linket virker ikke mere");
  await page.goto("/plan");
  await expect(page.getByRole("heading", { name: "Jeres plan", exact: true })).toHaveCount(0);
});

test("a link that nobody knows says so kindly", async ({ page }) => {
  await page.goto("/sign-in/abc");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Linket er ikke helt rigtigt");
  await expect(page.getByText("Ring til den, der gav dig linket.")).toBeVisible();
});
