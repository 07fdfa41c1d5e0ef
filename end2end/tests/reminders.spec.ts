// Reminders in a real browser: Firefox subscribes, unlocks what comes, shows it and says so.
import type { Browser, Page } from "puppeteer-core";
import { launchFirefox, press } from "../firefox";
import { expect, test } from "../people";
import { type PushService, startPushService } from "../push-service";
import { type Running, start } from "../server";

let service: PushService;
let server: Running;
let firefox: Browser;

test.beforeEach(async ({ database }) => {
  service = await startPushService();
  server = await start(database, 1, 11, {
    VORES_PLAN_PUSH_CONTACT: "mailto:plan@kommune.example",
    VORES_PLAN_PUSH_SERVICES: service.origin,
  });
  firefox = await launchFirefox(service);
});

test.afterEach(async () => {
  await firefox?.close();
  await server?.stop();
  await service?.stop();
});

/** A page of Firefox in which the parent is signed in. */
async function parent(): Promise<Page> {
  const page = await firefox.newPage();
  await page.goto(server.people.find(({ role }) => role === "parent")!.address);
  await press(page, "main form button");
  return page;
}

const says = (page: Page) => page.$eval("main .note", (note) => note.textContent);

const turnOn = (page: Page) => press(page, 'form[action="/reminders/on"] button');

/** Loads the page until it says that; reminders are sent every few seconds. */
async function until(page: Page, words: string) {
  await expect
    .poll(
      async () => {
        await page.reload();
        return says(page);
      },
      { timeout: 30_000 },
    )
    .toContain(words);
}

const shown = (page: Page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    const notifications = (await registration?.getNotifications()) ?? [];
    return notifications.map(({ title, body }) => ({ title, body }));
  });

test("a reminder is unlocked, shown, and said to have been seen", async () => {
  const page = await parent();
  await page.goto(`${server.place.url}/reminders`);
  expect(await says(page)).toContain("Der kommer ingen påmindelser på denne enhed.");
  await turnOn(page);
  expect(await says(page)).toContain("Påmindelser er slået til på denne enhed.");
  await press(page, 'form[action="/reminders/try"] button');
  await until(page, "Påmindelser virker på denne enhed.");
  expect(service.acknowledged.map(({ code }) => code), "unlocked").toEqual([100]);
  expect(service.taken).toHaveLength(1);
  expect(await shown(page)).toEqual([{ title: "Vores Plan", body: "Påmindelser virker." }]);
});

test("a browser that gets a new address is reached there", async () => {
  const page = await parent();
  await page.goto(`${server.place.url}/reminders`);
  await turnOn(page);
  const before = await endpoint(page);
  service.forget();
  await expect.poll(() => endpoint(page), { timeout: 60_000 }).not.toBe(before);
  await press(page, 'form[action="/reminders/try"] button');
  await until(page, "Påmindelser virker på denne enhed.");
  expect(service.acknowledged.map(({ code }) => code)).toEqual([100]);
});

const endpoint = (page: Page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    return (await registration?.pushManager.getSubscription())?.endpoint ?? "";
  });

test("signing out takes the device away, here and there", async () => {
  const page = await parent();
  await page.goto(`${server.place.url}/reminders`);
  await turnOn(page);
  expect(await endpoint(page)).not.toBe("");
  await page.goto(`${server.place.url}/me`);
  await press(page, 'form[action="/sign-out"] button');
  await expect.poll(() => endpoint(page)).toBe("");
});
