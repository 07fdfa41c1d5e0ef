// Reminders on a desktop: Chromium shows what was sent, and a click on it opens the right page, whether or not a window
// is open. Chromium's own push service cannot be reached from a test, so that the browser is handed what ours took.
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, type CDPSession, type Page, chromium } from "@playwright/test";
import { type Desktop, startDesktop } from "../desktop";
import { expect, test } from "../people";
import { type PushService, startPushService } from "../push-service";
import { type Running, start } from "../server";

test.use({ serviceWorkers: "allow" });

let service: PushService;
let server: Running;
let desktop: Desktop;
let folder: string;
let browser: BrowserContext;
let page: Page;
let workers: CDPSession;
let registrationId: string | undefined;
/** What the worker was not allowed to do, or could not. */
const complaints: string[] = [];
const device = { key: createECDH("prime256v1"), secret: randomBytes(16) };

test.beforeEach(async ({ database, launchOptions, locale }) => {
  service = await startPushService();
  server = await start(database, 1, 11, {
    VORES_PLAN_PUSH_CONTACT: "mailto:plan@kommune.example",
    VORES_PLAN_PUSH_SERVICES: service.origin,
  });
  desktop = await startDesktop();
  folder = await mkdtemp(join(tmpdir(), "vores-plan-chromium-"));
  const env = { ...process.env, ...desktop.env } as Record<string, string>;
  browser = await chromium.launchPersistentContext(folder, { ...launchOptions, env, locale });
  await browser.grantPermissions(["notifications"], { origin: server.place.url });
  const subscription = {
    endpoint: service.register(),
    keys: { p256dh: device.key.generateKeys("base64url"), auth: device.secret.toString("base64url") },
  };
  await browser.addInitScript((subscription) => {
    if (!("PushManager" in window)) return;
    PushManager.prototype.subscribe = async () =>
      Object.assign(Object.create(PushSubscription.prototype), { toJSON: () => subscription });
  }, subscription);
  page = await browser.newPage();
  workers = await browser.newCDPSession(page);
  workers.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
    registrationId = registrations.findLast(({ isDeleted }) => !isDeleted)?.registrationId ?? registrationId;
  });
  workers.on("ServiceWorker.workerErrorReported", ({ errorMessage }) => complaints.push(errorMessage.errorMessage));
  await workers.send("ServiceWorker.enable");
});

test.afterEach(async () => {
  await browser?.close();
  await desktop?.stop();
  await server?.stop();
  await service?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The text of a message, unlocked as its device would (RFC 8291 §3.4, RFC 8188 §2). */
function unlocked(body: Buffer): string {
  const [salt, sender, locked] = [body.subarray(0, 16), body.subarray(21, 86), body.subarray(86)];
  const hkdf = (from: Buffer, salt: Buffer, info: Buffer | string, length: number) =>
    Buffer.from(hkdfSync("sha256", from, salt, info, length));
  const about = Buffer.concat([Buffer.from("WebPush: info\0"), device.key.getPublicKey(), sender]);
  const secret = hkdf(device.key.computeSecret(sender), device.secret, about, 32);
  const key = hkdf(secret, salt, "Content-Encoding: aes128gcm\0", 16);
  const nonce = hkdf(secret, salt, "Content-Encoding: nonce\0", 12);
  const opened = createDecipheriv("aes-128-gcm", key, nonce).setAuthTag(locked.subarray(-16));
  const text = Buffer.concat([opened.update(locked.subarray(0, -16)), opened.final()]);
  return text.subarray(0, text.lastIndexOf(2)).toString();
}

/** How many windows the worker sees. */
const windows = () =>
  browser.serviceWorkers()[0].evaluate(async () => {
    const worker = self as unknown as { clients: { matchAll(of: object): Promise<unknown[]> } };
    return (await worker.clients.matchAll({ type: "window" })).length;
  });

/** Has one sent to try, and hands it to the browser. Gives what it says. */
async function remind(): Promise<{ title: string; body: string; tag: string; navigate: string }> {
  await page.goto(`${server.place.url}/reminders`);
  const before = service.taken.length;
  await page.locator('form[action="/reminders/try"] button').click();
  await expect.poll(() => service.taken.length, { timeout: 20_000 }).toBe(before + 1);
  const data = unlocked(service.taken[before]);
  const origin = new URL(server.place.url).origin;
  await workers.send("ServiceWorker.deliverPushMessage", { origin, registrationId: registrationId!, data });
  await expect.poll(() => desktop.shown().length).toBe(1);
  return JSON.parse(data).notification;
}

test("what was sent is shown, and a click on it opens its page with a window open and with none", async () => {
  await page.goto(server.people.find(({ role }) => role === "parent")!.address);
  await page.getByRole("main").getByRole("button").click();
  await page.goto(`${server.place.url}/reminders`);
  await page.locator('form[action="/reminders/on"] button').click();
  await expect(page.locator("main .note").first()).toContainText("Påmindelser er slået til på denne enhed.");

  const sent = await remind();
  expect(sent).toMatchObject({ title: "Vores Plan", body: "Påmindelser virker.", navigate: `${server.place.url}/reminders` });
  const shown = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    return (await registration.getNotifications()).map(({ title, body, tag, lang }) => ({ title, body, tag, lang }));
  });
  expect(shown).toEqual([{ title: sent.title, body: sent.body, tag: sent.tag, lang: "da" }]);
  expect(desktop.shown()[0]).toMatchObject({ title: "Vores Plan", body: expect.stringContaining("Påmindelser virker.") });
  await expect
    .poll(async () => {
      await page.reload();
      return page.locator("main .note").first().textContent();
    })
    .toContain("Påmindelser virker på denne enhed.");

  await page.goto(`${server.place.url}/me`);
  desktop.click(desktop.shown()[0]);
  await expect(page, "the window that is open goes there").toHaveURL(sent.navigate);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Påmindelser");
  expect(desktop.shown()).toEqual([]);

  await remind();
  await page.goto("about:blank");
  await expect.poll(windows, "a window that is being left may still count").toBe(0);
  const opened = browser.waitForEvent("page");
  desktop.click(desktop.shown()[0]);
  await expect(await opened, "a window opens where there is none").toHaveURL(sent.navigate);
  await expect((await opened).getByRole("heading", { level: 1 })).toBeVisible();
  expect(complaints, "it may show its picture").toEqual([]);
});
