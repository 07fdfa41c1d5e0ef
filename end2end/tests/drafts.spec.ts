// Answers not yet sent stay on the phone, for whoever began them, for a day.
import type { Page } from "@playwright/test";
import { expect, test } from "../people";

const HOUR = 3_600_000;

const question = (page: Page, at: string) => page.locator(`fieldset#${at}`);

const radio = (page: Page, at: string, value: number) => question(page, at).locator(`[value="${value}"]`);

const draft = (page: Page) => page.evaluate(() => localStorage.getItem("draft"));

const awake = (page: Page) => expect(page.getByRole("status")).not.toBeEmpty();

/** Answers the first two questions of an open form; the third one comes. */
async function begin(page: Page) {
  await page.goto("/check-in/who5");
  await awake(page);
  await radio(page, "happy", 4).click();
  await radio(page, "calm", 3).click();
  await expect(question(page, "active")).toBeVisible();
}

async function isEmpty(page: Page) {
  await page.goto("/check-in/who5");
  await awake(page);
  await expect(question(page, "happy")).toBeVisible();
  await expect(page.locator(":checked")).toHaveCount(0);
  await expect(page.locator("#words")).toHaveValue("");
  expect(await draft(page)).toBeNull();
}

test("a parent goes on where she stopped, after a reload and in a new tab", async ({ signIn }) => {
  const parent = await signIn("parent");
  await begin(parent);
  const id = await parent.locator("[name=id]").inputValue();
  await parent.reload();
  await expect(parent.getByRole("status")).toHaveText("3 af 5");
  await expect(radio(parent, "happy", 4)).toBeChecked();

  const tab = await parent.context().newPage();
  await parent.close();
  await tab.goto("/");
  await tab.getByRole("link", { name: "Svar nu" }).click();
  await expect(tab.getByRole("status")).toHaveText("3 af 5");
  await expect(radio(tab, "calm", 3)).toBeChecked();
  await expect(tab.locator("[name=id]")).toHaveValue(id);
  for (const at of ["active", "rested", "interest"]) await radio(tab, at, 5).click();
  await tab.getByLabel("Med dine egne ord").fill("Hils Karen.\nTak & farvel + 100 %");
  await tab.getByLabel("Ring til mig").check();

  await tab.goto("/check-in/who5");
  await expect(tab.getByRole("button", { name: "Send" })).toBeVisible();
  await expect(tab.getByLabel("Med dine egne ord")).toHaveValue("Hils Karen.\nTak & farvel + 100 %");
  await expect(tab.getByLabel("Ring til mig")).toBeChecked();
  await tab.getByRole("button", { name: "Send" }).click();
  await expect(tab.getByText("Dit tal er 88 af 100.")).toBeVisible();
  await expect.poll(() => draft(tab)).toBeNull();
  await isEmpty(tab);
});

test("what is answered before the script wakes stands, and the draft fills the rest", async ({ signIn }) => {
  const parent = await signIn("parent");
  await begin(parent);
  let arrive = () => {};
  const arrived = new Promise<void>((done) => (arrive = done));
  await parent.route("**/*.wasm", async (route) => {
    await arrived;
    await route.continue();
  });
  await parent.goto("/check-in/who5");
  await radio(parent, "happy", 0).click();
  arrive();
  await expect(parent.getByRole("status")).toHaveText("3 af 5");
  await expect(radio(parent, "happy", 0)).toBeChecked();
  await expect(radio(parent, "calm", 3)).toBeChecked();
});

test("a quick exit leads elsewhere, and nothing stays behind", async ({ signIn }) => {
  const parent = await signIn("parent");
  await parent.goto("/me");
  await parent.getByRole("button", { name: "Vis knappen" }).click();
  await begin(parent);
  await parent.route("https://www.dmi.dk/**", (route) => route.fulfill({ body: "Vejret" }));
  await parent.getByRole("button", { name: "Forlad siden" }).click();
  await expect(parent).toHaveURL("https://www.dmi.dk/");
  await parent.goBack();
  await expect(parent.getByText("Jeres plan, lige ved hånden")).toBeVisible();
  expect(await draft(parent)).toBeNull();
});

test("a draft is deleted after a day", async ({ signIn }) => {
  const parent = await signIn("parent");
  await begin(parent);
  const begun = Date.now();
  await parent.clock.setFixedTime(begun + 23.9 * HOUR);
  await parent.goto("/check-in/who5");
  await expect(radio(parent, "calm", 3)).toBeChecked();
  await question(parent, "active").getByRole("link", { name: "Tilbage" }).click();
  await radio(parent, "calm", 2).click();
  await expect(question(parent, "active")).toBeVisible();

  // Going on does not make it younger.
  await parent.clock.setFixedTime(begun + 24.1 * HOUR);
  await isEmpty(parent);
});

test("a page that stays open keeps nothing beyond a day", async ({ signIn }) => {
  const parent = await signIn("parent");
  await begin(parent);
  await parent.clock.setFixedTime(Date.now() + 24.1 * HOUR);
  await radio(parent, "active", 2).click();
  await expect(question(parent, "rested")).toBeVisible();
  expect(await draft(parent)).toBeNull();
});

test("nothing is kept beyond a day on a page that stays open untouched", async ({ signIn }) => {
  const parent = await signIn("parent");
  await parent.clock.install();
  await begin(parent);
  expect(await draft(parent)).not.toBeNull();
  await parent.clock.fastForward("23:58:00");
  expect(await draft(parent)).not.toBeNull();
  await parent.clock.fastForward("00:03:00");
  expect(await draft(parent)).toBeNull();
});

test("a draft that is too old goes with the next page, whichever it is", async ({ signIn, baseURL }) => {
  const parent = await signIn("parent");
  await begin(parent);
  expect(await draft(parent)).not.toBeNull();
  await parent.goto("/");
  expect(await draft(parent), "home keeps what is fresh").not.toBeNull();
  const begun = Math.floor(Date.now() / 60_000) - 24 * 60 - 1;
  await parent.context().addCookies([{ name: "draft", value: String(begun), url: baseURL! }]);
  await parent.goto("/plan");
  expect(await draft(parent)).toBeNull();
  expect((await parent.context().cookies()).filter((cookie) => cookie.name === "draft")).toEqual([]);
});

test("there is one draft: that of another form goes", async ({ signIn }) => {
  const parent = await signIn("parent");
  await begin(parent);
  await parent.goto("/check-in/work");
  await awake(parent);
  await expect(parent.locator(":checked")).toHaveCount(0);
  expect(await draft(parent)).toBeNull();
});

for (const way of ["her", "alle"]) {
  test(`signing out takes the draft along (${way})`, async ({ signIn }) => {
    const parent = await signIn("parent");
    await begin(parent);
    expect(await draft(parent)).toContain("happy=4");
    await parent.goto("/me");
    const name = way === "her" ? "Log ud her" : "Log ud alle steder";
    await parent.getByRole("button", { name }).click();
    await expect(parent.getByRole("heading", { level: 1 })).toHaveText("Jeres plan, lige ved hånden");
    expect(await draft(parent)).toBeNull();
  });
}

test("another person on the same phone sees nothing of it", async ({ people, signIn }) => {
  const phone = await signIn("parent");
  await begin(phone);
  const left = await draft(phone);
  await phone.goto(people.other_parent.address);
  await phone.getByRole("main").getByRole("button").click();
  await phone.waitForURL((url) => url.pathname === "/");
  expect(await draft(phone)).toBeNull();
  await isEmpty(phone);

  // Where the browser has forgotten to forget.
  await phone.evaluate((left) => localStorage.setItem("draft", left!), left);
  await isEmpty(phone);
});

test("a refused form shows what was sent, not an older draft", async ({ signIn }) => {
  const parent = await signIn("parent");
  await begin(parent);
  await parent.locator("#words").evaluate((words: HTMLTextAreaElement) => {
    words.value = "Gammelt";
    words.dispatchEvent(new Event("input", { bubbles: true }));
  });
  // What a browser sends whose script has not arrived.
  await parent.route("**/*.wasm", (route) => route.abort());
  await parent.reload();
  await parent.goto("/check-in/who5#send");
  await parent.getByLabel("Med dine egne ord").fill("Nyt");
  await parent.getByRole("button", { name: "Send" }).click();
  await expect(parent.getByRole("alert")).toContainText("Dine andre svar er her stadig.");
  await parent.unroute("**/*.wasm");
  await expect(parent.locator("#words")).toHaveValue("Nyt");
  await parent.goto("/check-in/who5");
  await awake(parent);
  await expect(parent.locator("#words")).toHaveValue("Gammelt");
});
