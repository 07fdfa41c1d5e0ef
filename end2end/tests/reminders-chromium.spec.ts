// Chromium shows what was sent. Its own push service cannot be reached from a test, so that the browser is handed what ours
// took, unlocked as the browser would.
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, type CDPSession, type Page, chromium } from "@playwright/test";
import { expect, test } from "../people";
import { type PushService, startPushService } from "../push-service";
import { type Running, start } from "../server";

test.setTimeout(120_000);
test.use({ serviceWorkers: "allow" });

let service: PushService;
let server: Running;
let folder: string;
let browser: BrowserContext;
let page: Page;
let workers: CDPSession;
let registrationId: string | undefined;
const device = { key: createECDH("prime256v1"), secret: randomBytes(16) };

test.beforeEach(async ({ database, launchOptions, locale }) => {
  service = await startPushService();
  server = await start(database, 1, 11, {
    VORES_PLAN_PUSH_CONTACT: "mailto:plan@kommune.example",
    VORES_PLAN_PUSH_SERVICES: service.origin,
  });
  folder = await mkdtemp(join(tmpdir(), "vores-plan-chromium-"));
  browser = await chromium.launchPersistentContext(folder, { ...launchOptions, locale });
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
    registrationId = registrations.filter(({ isDeleted }) => !isDeleted).at(-1)?.registrationId ?? registrationId;
  });
  await workers.send("ServiceWorker.enable");
});

test.afterEach(async () => {
  await browser?.close();
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

/** Has one sent to try, and hands it to the browser. Gives what it says. */
async function remind(): Promise<{ title: string; body: string; tag: string; navigate: string }> {
  await page.goto(`${server.place.url}/reminders`);
  const before = service.taken.length;
  await page.locator('form[action="/reminders/try"] button').click();
  await expect.poll(() => service.taken.length, { timeout: 20_000 }).toBe(before + 1);
  const data = unlocked(service.taken[before]);
  const origin = new URL(server.place.url).origin;
  await workers.send("ServiceWorker.deliverPushMessage", { origin, registrationId: registrationId!, data });
  return JSON.parse(data).notification;
}

test("what was sent is shown with its words and its tag, and said to have been seen", async () => {
  await page.goto(server.people.find(({ role }) => role === "parent")!.address);
  await page.getByRole("main").getByRole("button").click();
  await page.goto(`${server.place.url}/reminders`);
  await page.locator('form[action="/reminders/on"] button').click();
  await expect(page.locator("main .note").first()).toContainText("Påmindelser er slået til på denne enhed.");

  const sent = await remind();
  expect(sent).toMatchObject({ title: "Vores Plan", body: "Påmindelser virker.", navigate: `${server.place.url}/reminders` });
  const shown = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      return (await registration.getNotifications()).map(({ title, body, tag, lang }) => ({ title, body, tag, lang }));
    });
  const first = { title: sent.title, body: sent.body, tag: sent.tag, lang: "da" };
  await expect.poll(shown).toEqual([first]);
  await expect
    .poll(async () => {
      await page.reload();
      return page.locator("main .note").first().textContent();
    })
    .toContain("Påmindelser virker på denne enhed.");

  const again = await remind();
  expect(again.tag).toBe(sent.tag);
  await expect.poll(shown, "the same again takes its place").toEqual([first]);
});
