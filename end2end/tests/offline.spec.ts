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
async function ready(phone: Phone, { people }: Town): Promise<Page> {
  const page = await phone.page();
  await signIn(page, people.parent);
  await expect.poll(async () => (await vault(page)).pages, { timeout: 20_000 }).toBeGreaterThanOrEqual(6);
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
  town.net.turn("down");
  for (const [address, heading] of [["/", "Hej"], ["/plan", "Planen"], ["/meetings", "Møder"], ["/team", "Teamet"]]) {
    await page.goto(town.net.url + address);
    await expect(page.getByText(/^Ingen net lige nu. Du ser siden, som den var kl. \d\d[.:]\d\d\.$/)).toBeVisible();
    await expect(page.getByRole("main"), `${address} (${heading})`).not.toBeEmpty();
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
  await expect(page.getByText(/Dine svar venter på net siden kl. \d\d[.:]\d\d\./)).toBeVisible();
  expect(await vault(page)).toMatchObject({ outbox: 1 });

  await phone.dies();
  page = await phone.page();
  await page.goto(town.net.url);
  await expect(page.getByRole("link", { name: "Noget venter på net" })).toBeVisible();
  town.net.turn("up");
  await page.getByRole("link", { name: "Noget venter på net" }).click();
  await expect(page.getByText(/Dine svar er gemt kl. \d\d[.:]\d\d\./)).toBeVisible();
  expect(await vault(page)).toMatchObject({ outbox: 0 });

  const adviser = await (await browser.newContext({ baseURL: town.net.url })).newPage();
  await signIn(adviser, town.people.adviser);
  expect(await inbox(adviser)).toBe(1);
  await adviser.locator(".inbox a").filter({ hasText: "Amina Solsort" }).click();
  await expect(adviser.getByText("Fra tunnellen")).toBeVisible();
  await expect(adviser.getByText(/^Svaret er skrevet .*\d, mens der ikke var net\.$/)).toBeVisible();
  await adviser.context().close();
});
