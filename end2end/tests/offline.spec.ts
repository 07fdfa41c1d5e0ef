// A phone loses its net: the family's pages are there, and what is sent arrives once.
import { type BrowserContext, type Page, chromium } from "@playwright/test";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Net, type Weather } from "../net";
import { expect, test as base } from "../people";
import type { Person, Role } from "../program";
import { start } from "../server";

type Town = { net: Net; people: Record<Role, Person> };

/** A server of the test's own behind a net of its own, and a phone that keeps what it has between two starts. */
const test = base.extend<{ town: Town; phone: Phone }>({
  serviceWorkers: "allow",

  town: async ({ database }, use) => {
    let net: Net | undefined;
    const server = await start(database, 1, 5, {}, async (port) => (net = await Net.to(port)).url);
    const people = Object.fromEntries(server.people.map((person) => [person.role, person])) as Record<Role, Person>;
    await use({ net: net as Net, people });
    await net?.close();
    await server.stop();
  },

  phone: async ({ launchOptions, viewport, hasTouch, isMobile, locale, timezoneId }, use) => {
    const folder = await mkdtemp(join(tmpdir(), "vores-plan-phone-"));
    const screen = { viewport, hasTouch, isMobile, locale, timezoneId };
    const phone = new Phone(folder, () => chromium.launchPersistentContext(folder, { ...launchOptions, ...screen }));
    await use(phone);
    await phone.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  },
});

class Phone {
  private context: BrowserContext | undefined;

  constructor(
    private readonly folder: string,
    private readonly launch: () => Promise<BrowserContext>,
  ) {}

  async page(): Promise<Page> {
    this.context ??= await this.launch();
    return this.context.pages()[0] ?? (await this.context.newPage());
  }

  async close() {
    await this.context?.close().catch(() => {});
    this.context = undefined;
  }

  /** The battery is empty: every process of the browser is gone at once. */
  async dies() {
    for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
      const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      if (command.includes(`--user-data-dir=${this.folder}`)) process.kill(Number(pid), "SIGKILL");
    }
    await this.close();
  }
}

async function signIn(page: Page, person: Person) {
  await page.goto(person.address);
  await page.getByRole("main").getByRole("button").click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}

/** How much the phone keeps: keys, pages and forms that wait. */
const vault = (page: Page) =>
  page.evaluate(async () => {
    const all = await indexedDB.databases();
    if (!all.some(({ name }) => name === "vault")) return { key: 0, pages: 0, outbox: 0 };
    const opened = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open("vault");
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    const names = [...opened.objectStoreNames];
    const counts = names.map(
      (name) =>
        new Promise<[string, number]>((resolve, reject) => {
          const counting = opened.transaction(name).objectStore(name).count();
          counting.onsuccess = () => resolve([name, counting.result]);
          counting.onerror = () => reject(counting.error);
        }),
    );
    const found = Object.fromEntries(await Promise.all(counts));
    opened.close();
    return found as { key: number; pages: number; outbox: number };
  });

/** The parent's phone, with the pages it keeps. */
async function ready(phone: Phone, { net, people }: Town): Promise<Page> {
  const page = await phone.page();
  await signIn(page, people.parent);
  const { pages } = await (await page.request.get(`${net.url}/offline.json`)).json();
  await expect.poll(async () => (await vault(page)).pages, { timeout: 20_000 }).toBe(pages.length + 1);
  return page;
}

const QUESTIONS = ["happy", "calm", "active", "rested", "interest"];

async function answer(page: Page, words: string, value = 5) {
  await page.getByRole("link", { name: "Svar nu" }).click();
  await expect(page.getByRole("status").filter({ hasText: "1 af 5" })).toBeVisible();
  for (const at of QUESTIONS) await page.locator(`#${at} [value="${value}"]`).click();
  await page.getByLabel("Med dine egne ord").fill(words);
  await page.getByRole("button", { name: "Send" }).click();
}

/** How often her words stand in her adviser's inbox. */
async function inbox(page: Page) {
  await page.goto("/inbox");
  return page.locator(".inbox li").filter({ hasText: "Amina Solsort" }).count();
}

test("what a parent saw last is there without a net, marked with its time", async ({ phone, town }) => {
  const page = await ready(phone, town);
  const ADDRESSES = ["/", "/plan", "/meetings", "/team"];
  const headings = () => page.getByRole("main").getByRole("heading").allInnerTexts();
  const before = new Map<string, string[]>();
  for (const address of ADDRESSES) {
    await page.goto(town.net.url + address);
    before.set(address, await headings());
    expect(before.get(address)).not.toEqual([]);
  }
  town.net.turn("down");
  for (const address of ADDRESSES) {
    await page.goto(town.net.url + address);
    await expect(page.getByText(/^Ingen net lige nu. Du ser siden, som den var kl. \d+\.\d\d\.$/)).toBeVisible();
    expect(await headings(), address).toEqual(before.get(address));
    expect(await page.evaluate(() => getComputedStyle(document.body).fontFamily), "it is dressed").toContain("Segoe");
  }
  await page.goto(`${town.net.url}/me`);
  await expect(page.getByRole("heading", { name: "Ingen net" })).toBeVisible();
});

test("a check-in in a tunnel waits, survives an empty battery, and arrives once with its own time", async ({ phone, town, browser }) => {
  await ready(phone, town);
  await phone.close();
  town.net.turn("down");
  let page = await phone.page();
  await page.goto(town.net.url);
  await answer(page, "Fra tunnellen");
  await expect(page.getByRole("heading", { name: "Det venter på net" })).toBeVisible();
  await expect(page.getByText(/Dine svar venter på net siden kl. \d+\.\d\d\./)).toBeVisible();
  await expect(page.getByRole("link", { name: /^70 201 201/ }), "help is there before anybody reads it").toBeVisible();
  expect(await vault(page)).toMatchObject({ outbox: 1 });

  await phone.dies();
  page = await phone.page();
  await page.goto(town.net.url);
  await expect(page.getByRole("link", { name: "Noget venter på net" })).toBeVisible();
  town.net.turn("up");
  await page.getByRole("link", { name: "Noget venter på net" }).click();
  await expect(page.getByRole("heading", { name: "Det er nået frem" })).toBeVisible();
  await expect(page.getByText(/Dine svar er gemt kl. \d+\.\d\d\./)).toBeVisible();
  await page.getByRole("link", { name: "Se det" }).click();
  await expect(page.getByText("Dit tal er 100 af 100.")).toBeVisible();
  expect(await vault(page)).toMatchObject({ outbox: 0 });

  const adviser = await (await browser.newContext({ baseURL: town.net.url })).newPage();
  await signIn(adviser, town.people.adviser);
  expect(await inbox(adviser)).toBe(1);
  await adviser.locator(".inbox a").filter({ hasText: "Amina Solsort" }).click();
  await expect(adviser.getByText("Fra tunnellen")).toBeVisible();
  await expect(adviser.getByText(/^Svaret er skrevet .*\d, mens der ikke var net\.$/)).toBeVisible();
  await adviser.context().close();
});

test("a ticked step and an answer to a meeting wait too, and both are saved", async ({ phone, town }) => {
  const page = await ready(phone, town);
  town.net.turn("down");
  await page.goto(`${town.net.url}/plan`);
  const step = page.locator("form[action^='/steps/']").filter({ has: page.locator('button[value="yes"]') }).first();
  const action = await step.getAttribute("action");
  await step.getByRole("button").click();
  await expect(page.getByText(/Et skridt venter på net/)).toBeVisible();
  await page.goto(`${town.net.url}/meetings`);
  await page.locator("main a[href^='/meetings/']").first().click();
  await page.locator("form[action$='/answer'] [type=radio]").first().check();
  await page.locator("form[action$='/answer'] button").last().click();
  await expect(page.getByText(/Dit svar på et møde venter på net/)).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "venter på net" })).toHaveCount(2);
  town.net.turn("up");
  await expect(page.getByRole("listitem").filter({ hasText: "er gemt" })).toHaveCount(2, { timeout: 20_000 });
  await page.goto(`${town.net.url}/plan`);
  await expect(page.locator(`form[action="${action}"]`).getByRole("button")).toHaveAttribute("value", "no");
});

test("what changed meanwhile is shown and nothing typed is lost", async ({ phone, town, browser }) => {
  const page = await ready(phone, town);
  await page.goto(`${town.net.url}/meetings`);
  const meeting = await page.locator("main a[href^='/meetings/']").first().getAttribute("href");
  await page.goto(town.net.url + meeting);
  town.net.turn("down");
  await page.locator("form[action$='/answer'] [type=radio]").first().check();
  await page.locator("form[action$='/answer'] button").last().click();
  await expect(page.getByText(/Dit svar på et møde venter på net/)).toBeVisible();

  town.net.turn("up");
  const adviser = await (await browser.newContext({ baseURL: town.net.url, serviceWorkers: "block" })).newPage();
  await signIn(adviser, town.people.adviser);
  await adviser.goto(`${meeting}/edit`);
  await adviser.locator('[name="time"]').fill("07:35");
  await adviser.locator("main form button").first().click();
  await adviser.waitForURL((url) => url.pathname === meeting);
  await adviser.context().close();

  await page.goto(`${town.net.url}/waiting`);
  await expect(page.getByText(/kunne ikke gemmes\. Der er sket noget imens/)).toBeVisible();
  await page.getByRole("button", { name: "Se hvad der er sket" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page).not.toHaveURL(/\/waiting$/);
  await expect.poll(async () => (await vault(page)).outbox).toBe(0);
});

for (const [how, leave] of [
  ["who signs out", (page: Page) => page.getByRole("button", { name: "Log ud her" }).click()],
  ["who signs out everywhere", (page: Page) => page.getByRole("button", { name: "Log ud alle steder" }).click()],
  ["a shared phone", (page: Page) => page.getByRole("button", { name: "Gem intet på telefonen" }).click()],
] as const) {
  test(`${how} leaves nothing behind`, async ({ phone, town }) => {
    const page = await ready(phone, town);
    await page.goto(`${town.net.url}/me`);
    await leave(page);
    await page.waitForURL((url) => url.pathname !== "/sign-out" && url.pathname !== "/me/offline");
    await page.goto(town.net.url);
    await page.waitForLoadState("networkidle");
    expect(await vault(page)).toEqual({ key: 0, pages: 0, outbox: 0 });
    town.net.turn("down");
    await page.goto(`${town.net.url}/plan`).catch(() => {});
    await expect(page.getByText("Familiens plan")).toHaveCount(0);
  });
}

test("what a session kept goes with it, when it is ended elsewhere and when its time is over", async ({ phone, town, browser }) => {
  const page = await ready(phone, town);
  town.net.turn("down");
  await page.goto(`${town.net.url}/plan`);
  await expect(page.getByText("Ingen net lige nu.")).toBeVisible();
  await page.evaluate(async () => {
    const opening = indexedDB.open("vault");
    await new Promise((resolve) => (opening.onsuccess = resolve));
    const keys = opening.result.transaction("key", "readwrite").objectStore("key");
    const held = keys.get("key");
    await new Promise((resolve) => (held.onsuccess = resolve));
    const ended = keys.put({ ...held.result, until: Date.now() }, "key");
    await new Promise((resolve) => (ended.onsuccess = resolve));
    opening.result.close();
  });
  await page.goto(`${town.net.url}/plan`).catch(() => {});
  await expect(page.getByText("Ingen net lige nu."), "nobody is there to tell").toHaveCount(0);
  town.net.turn("up");
  await page.goto(town.net.url);
  await expect.poll(async () => (await vault(page)).pages).toBeGreaterThan(5);

  const other = await (await browser.newContext({ baseURL: town.net.url, serviceWorkers: "block" })).newPage();
  const adviser = await (await browser.newContext({ baseURL: town.net.url, serviceWorkers: "block" })).newPage();
  await signIn(adviser, town.people.adviser);
  await adviser.goto("/families");
  await adviser.getByRole("link", { name: "Familien Solsort" }).click();
  await adviser.getByRole("button", { name: "Inviter Amina Solsort" }).click();
  await other.goto(await adviser.getByLabel("Eller send linket").inputValue());
  await other.getByRole("main").getByRole("button").click();
  await other.goto("/me");
  await other.getByRole("button", { name: "Log ud alle steder" }).click();
  await page.goto(`${town.net.url}/plan`);
  await expect(page).toHaveURL(`${town.net.url}/`);
  await expect.poll(() => vault(page)).toEqual({ key: 0, pages: 0, outbox: 0 });
  await other.context().close();
  await adviser.context().close();
});

test("whoever signs in on the same phone finds nothing of the one before", async ({ phone, town }) => {
  const page = await ready(phone, town);
  await page.goto(`${town.net.url}/check-in/who5`);
  await page.locator('#happy [value="0"]').click();
  await signIn(page, town.people.other_parent);
  await expect.poll(async () => (await vault(page)).pages, { timeout: 20_000 }).toBeGreaterThanOrEqual(5);
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  town.net.turn("down");
  await page.goto(town.net.url);
  await expect(page.getByText("Ingen net lige nu.")).toBeVisible();
  await expect(page.getByText("Amina,")).toHaveCount(0);
});

test("a code that is chosen on the way to something leaves no page to be read without it", async ({ phone, town }) => {
  const page = await ready(phone, town);
  expect((await vault(page)).pages).toBeGreaterThan(0);
  await page.evaluate(() => {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: "/me/code" });
    for (const [name, value] of Object.entries({ code: "2580", again: "2580", to: "/sharing", sent: "item=meetings" })) {
      form.append(Object.assign(document.createElement("input"), { name, value }));
    }
    document.body.append(form);
    form.submit();
  });
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Tak. Det er dig.");
  expect(await vault(page)).toEqual({ key: 0, pages: 0, outbox: 0 });
  town.net.turn("down");
  await page.goto(`${town.net.url}/plan`).catch(() => {});
  await expect(page.getByText("Solsort")).toHaveCount(0);
});

test("who signs out while something waits is told first", async ({ phone, town }) => {
  const page = await ready(phone, town);
  town.net.turn("down");
  await page.goto(town.net.url);
  await answer(page, "Ikke slettet");
  await expect(page.getByRole("heading", { name: "Det venter på net" })).toBeVisible();
  town.net.turn("busy");
  await page.evaluate(() => {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: "/sign-out" });
    document.body.append(form);
    form.submit();
  });
  await expect(page.getByRole("heading", { name: "Noget venter stadig på net" })).toBeVisible();
  expect(await vault(page)).toMatchObject({ key: 1, outbox: 1 });
  await page.getByRole("button", { name: "Slet det, og log ud" }).click();
  await expect(page.getByRole("heading", { name: "Du er logget ud her" })).toBeVisible();
  expect(await vault(page)).toEqual({ key: 0, pages: 0, outbox: 0 });
  town.net.turn("up");
  await page.goto(`${town.net.url}/plan`);
  await expect(page, "the server is told as soon as it can be").toHaveURL(`${town.net.url}/`);
});

test("a quick exit leaves no page, file or draft, also without a net", async ({ phone, town }) => {
  const page = await ready(phone, town);
  await page.goto(`${town.net.url}/me`);
  await page.getByRole("button", { name: "Vis knappen" }).click();
  await page.route("https://www.dmi.dk/**", (route) => route.fulfill({ body: "<title>Vejret</title>", contentType: "text/html" }));
  await page.goto(`${town.net.url}/check-in/who5`);
  await page.locator('#happy [value="0"]').click();
  await page.goto(`${town.net.url}/plan`);
  const before = await page.evaluate(() => history.length);
  town.net.turn("down");
  await page.getByRole("button", { name: "Forlad" }).click();
  await expect(page).toHaveTitle("Vejret");
  expect(await page.evaluate(() => history.length), "it took the place of the page").toBe(before);
  await page.goBack().catch(() => {});
  await expect(page.getByText("Solsort")).toHaveCount(0);

  town.net.turn("up");
  await page.goto(town.net.url);
  await expect(page.getByRole("heading", { name: "Sådan kommer du ind" })).toBeVisible();
  expect(await vault(page)).toEqual({ key: 0, pages: 0, outbox: 0 });
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  expect(await page.evaluate(async () => (await caches.keys()).filter((name) => !name.startsWith("files ")))).toEqual([]);
  await page.goto(`${town.net.url}/plan`);
  await expect(page, "the server knows too").toHaveURL(`${town.net.url}/`);
});

test("an update arrives without breaking an open page", async ({ phone, town }) => {
  const page = await ready(phone, town);
  await page.goto(`${town.net.url}/check-in/who5`);
  await expect(page.getByRole("status").filter({ hasText: "1 af 5" })).toBeVisible();
  town.net.changed.set("/service-worker.js", (text) => text.replace("`files ", "`files of the new version ") + "\n// new");
  await page.evaluate(async () => {
    const registration = (await navigator.serviceWorker.getRegistration())!;
    await registration.update();
    const changed = registration.installing ?? registration.waiting;
    if (changed && changed.state !== "activated")
      await new Promise<void>((resolve) => changed.addEventListener("statechange", () => changed.state === "activated" && resolve()));
  });
  await expect.poll(() => page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith("files ")).length)).toBe(2);
  for (const at of QUESTIONS) await page.locator(`#${at} [value="4"]`).click();
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByText("Dit tal er 80 af 100.")).toBeVisible();
  town.net.turn("down");
  await page.goto(`${town.net.url}/plan`);
  await expect(page.getByText("Ingen net lige nu.")).toBeVisible();
});

test("Chromium finds nothing that keeps it from the home screen", async ({ phone, town }) => {
  const page = await ready(phone, town);
  const devtools = await page.context().newCDPSession(page);
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
  // A browser without a window has no user to ask, and a phone is not one of a private window.
  expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual([]);
  const manifest = await devtools.send("Page.getAppManifest");
  expect(manifest.errors).toEqual([]);
});

test("nothing is lost and nothing is doubled in two hundred bad nets", async ({ phone, town }) => {
  test.setTimeout(900_000);
  const RUNS = 200;
  const WEATHERS: Weather[] = ["down", "request lost", "answer lost", "busy"];
  const unpromised = new Set<number>();
  await ready(phone, town);
  // What the phone has by now is on its disk.
  await phone.close();
  let page = await phone.page();
  for (let run = 0; run < RUNS; run += 1) {
    await page.goto(`${town.net.url}/check-in/who5`);
    const weather = WEATHERS[run % WEATHERS.length];
    town.net.turn(weather);
    await page.evaluate(
      ({ questions, run }) => {
        const form = document.querySelector<HTMLFormElement>("form.check-in")!;
        for (const at of questions) form.querySelector<HTMLInputElement>(`#${at} [value="${run % 6}"]`)!.checked = true;
        form.querySelector<HTMLTextAreaElement>('[name="words"]')!.value = `Nr. ${run}.`;
        form.submit();
      },
      { questions: QUESTIONS, run },
    );
    if (run % 20 === 9) {
      // Nothing was promised yet: it may be gone, or there, but once.
      await page.waitForTimeout(run);
      unpromised.add(run);
    } else {
      await expect(page.getByRole("heading", { name: "Det venter på net" })).toBeVisible();
    }
    if (run % 10 === 9) {
      await phone.dies();
      page = await phone.page();
    }
    town.net.turn("up");
    await page.goto(`${town.net.url}/waiting`);
    const arrived = page.getByRole("heading", { name: /Det er nået frem|Hej Amina/ });
    await expect(arrived).toBeVisible({ timeout: 30_000 });
    expect(await vault(page)).toMatchObject({ outbox: 0 });
  }
  const told = await (await page.request.get(`${town.net.url}/check-ins/answers.json`)).text();
  const times = Array.from({ length: RUNS }, (_, run) => told.split(`Nr. ${run}.`).length - 1);
  const lost = times.flatMap((count, run) => (count === 0 && !unpromised.has(run) ? [run] : []));
  const doubled = times.flatMap((count, run) => (count > 1 ? [run] : []));
  expect({ lost, doubled }).toEqual({ lost: [], doubled: [] });
});
