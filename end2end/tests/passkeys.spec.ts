// A parent comes in with a finger: Chromium's virtual authenticator is the phone. Without script the invitation is the way.
import type { Page } from "@playwright/test";
import { finger } from "../finger";
import { expect, test } from "../people";

const mine = (page: Page) => page.locator("#passkeys").getByRole("listitem");

async function turnOn(page: Page) {
  await page.goto("/me");
  await page.getByRole("button", { name: "Slå til på denne enhed" }).click();
  await expect(mine(page)).toHaveCount(1);
}

async function signOut(page: Page) {
  await page.goto("/me");
  await page.getByRole("button", { name: "Log ud her" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Jeres plan, lige ved hånden");
}

const comeIn = (page: Page) => page.getByRole("button", { name: "Kom ind med din finger" });

test("a parent is asked once, turns it on, and comes in without typing anything", async ({ signIn, script }) => {
  test.skip(!script, "a browser asks for a finger by script alone");
  const page = await signIn("parent");
  const { keys } = await finger(page);
  await expect(page.getByRole("heading", { name: "Brug din finger næste gang" })).toBeVisible();
  await expect(page.getByText("Alle, der kan låse enheden op, kan så komme ind som dig.")).toBeVisible();
  await page.getByRole("link", { name: "Vis mig hvordan" }).click();
  await page.getByRole("button", { name: "Slå til på denne enhed" }).click();
  await expect(page).toHaveURL(/\/me#passkeys$/);
  await expect(mine(page)).toHaveText(/Chrome · .*Slået til i.dag kl\..*Ikke brugt endnu/s);
  expect(await keys()).toMatchObject([{ isResidentCredential: true, rpId: "localhost" }]);

  await page.getByRole("button", { name: "Slå til på denne enhed" }).click();
  await expect(page.getByRole("status")).toHaveText("Det er slået til på denne enhed i forvejen.");
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Brug din finger næste gang" })).toHaveCount(0);

  await signOut(page);
  await expect(page.getByRole("textbox")).toHaveCount(0);
  await comeIn(page).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Hej Amina.");
  await page.goto("/me");
  await expect(mine(page)).toContainText("Sidst brugt i dag");

  await mine(page).getByRole("link", { name: /^Ret/ }).click();
  await page.getByLabel("Hvad kalder du den?").fill("Min telefon");
  await page.getByRole("button", { name: "Gem navnet" }).click();
  await expect(mine(page)).toContainText("Min telefon");
  await mine(page).getByRole("link", { name: "Ret Min telefon" }).click();
  await page.getByRole("button", { name: "Slå fra" }).click();
  await expect(mine(page)).toHaveCount(0);
  await signOut(page);
  await comeIn(page).click();
  await expect(page.getByText("Den nøgle virker ikke mere. Din rådgiver kan lave et nyt link til dig.")).toBeVisible();
  await expect(page.getByText("Du får et link af din rådgiver.")).toBeVisible();
  await page.goto("/plan");
  await expect(page, "nobody is in").toHaveURL("/");
});

test("whoever shows no finger is told kindly, and can try again", async ({ signIn, script }) => {
  test.skip(!script, "a browser asks for a finger by script alone");
  const page = await signIn("parent");
  const { verified } = await finger(page);
  await turnOn(page);
  await signOut(page);
  await verified(false);
  await comeIn(page).click();
  await expect(page.getByRole("status")).toHaveText(
    "Det lykkedes ikke. Prøv igen. Er telefonen ny eller væk? Så kan din rådgiver lave et nyt link til dig.",
  );
  await verified(true);
  await comeIn(page).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Hej Amina.");
});

test("the adviser ticks that the phone is gone, and what was on it ends when the new one comes in", async ({
  page,
  signIn,
  script,
}) => {
  const lost = await signIn("parent");
  if (script) {
    await finger(lost);
    await turnOn(lost);
  }
  const adviser = await signIn("adviser");
  await adviser.goto("/families");
  await adviser.getByRole("link", { name: /^Familien Solsort/ }).click();
  const amina = adviser.getByRole("listitem").filter({ hasText: "Amina Solsort" });
  await amina.getByRole("checkbox", { name: "Telefonen er væk" }).check();
  await adviser.getByRole("button", { name: "Inviter Amina Solsort" }).click();
  await expect(adviser.getByText("bliver alle gamle enheder logget ud")).toBeVisible();
  const link = await adviser.getByLabel("Eller send linket").inputValue();

  await lost.goto("/plan");
  await expect(lost.getByRole("heading", { level: 1 }), "a link nobody used ends nothing").toHaveText("Jeres plan");
  await page.goto(link);
  await expect(page.getByText("Din gamle telefon er væk.")).toBeVisible();
  await page.getByRole("button", { name: "Tryk for at åbne" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Hej Amina.");
  await expect(page.getByRole("heading", { name: "Brug din finger næste gang" })).toBeVisible();

  await lost.goto("/plan");
  await expect(lost, "the lost phone is out").toHaveURL("/");
  if (script) {
    await comeIn(lost).click();
    await expect(lost.getByText("Den nøgle virker ikke mere.")).toBeVisible();
  }
});

test("the offer is declined with one press and does not come again", async ({ signIn }) => {
  const page = await signIn("parent");
  await page.getByRole("button", { name: "Nej tak" }).click();
  await expect(page).toHaveURL("/");
  await expect(page.getByRole("heading", { name: "Brug din finger næste gang" })).toHaveCount(0);
});

test("without script, or in a browser that cannot, the link is the way", async ({ page, signIn, script }) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, "PublicKeyCredential"));
  await page.goto("/");
  await expect(page.getByText("Du får et link af din rådgiver. Åbn linket på din telefon, og tryk på knappen.")).toBeVisible();
  await expect(comeIn(page)).toBeHidden();
  if (script) return;
  const parent = await signIn("parent");
  await parent.goto("/me");
  await expect(parent.getByText("Det kan ikke slås til i denne browser. Du kan altid komme ind med et link.")).toBeVisible();
  await expect(parent.getByRole("button", { name: "Slå til på denne enhed" })).toBeHidden();
});
