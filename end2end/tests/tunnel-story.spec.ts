// The night the clocks change: a parent's own Firefox reminds her the day before, opens without a net, takes her answers
// in a tunnel, and her adviser has them when the net is back.
import { startClock } from "../clock";
import { launchFirefox, press } from "../firefox";
import { Net } from "../net";
import { expect, test } from "../people";
import { startPushService } from "../push-service";
import { start } from "../server";

test.setTimeout(240_000);

/** In the night after it the clocks of Denmark go forward; her meeting is the next day at ten. */
const SATURDAY = "2027-03-27";

test("a parent is reminded across the change of the clocks, and answers without a net", async ({ browser, database }) => {
  const clock = await startClock(`${SATURDAY} 15:00:00`);
  const service = await startPushService(() => Date.parse(`${SATURDAY}T17:00:00+01:00`));
  let net: Net | undefined;
  const server = await start(
    database,
    1,
    11,
    {
      VORES_PLAN_PUSH_CONTACT: "mailto:plan@kommune.example",
      VORES_PLAN_PUSH_SERVICES: service.origin,
      ...clock.env,
    },
    async (port) => (net = await Net.to(port)).url,
  );
  const { url } = server.place;
  const address = (role: string) => server.people.find((person) => person.role === role)!.address;
  const firefox = await launchFirefox(service);
  const adviser = await (await browser.newContext({ baseURL: url, serviceWorkers: "block" })).newPage();

  await adviser.goto(address("adviser"));
  await adviser.getByRole("main").getByRole("button").click();

  const page = await firefox.newPage();
  await page.goto(address("parent"));
  await press(page, "main form button");
  await page.goto(`${url}/reminders`);
  await press(page, 'form[action="/reminders/on"] button');
  await clock.set(`${SATURDAY} 17:00:00`);
  const shown = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      return ((await registration?.getNotifications()) ?? []).map(({ body }) => body);
    });
  const says = async () => {
    await page.reload();
    return page.$eval("main .note", (note) => note.textContent);
  };
  await expect.poll(says, { timeout: 30_000 }).toContain("Påmindelser virker på denne enhed.");
  expect(await shown(), "a bystander learns nothing").toEqual(["Der er noget at se."]);
  expect(service.acknowledged.every(({ code }) => code === 100)).toBe(true);

  await page.goto(url);
  expect(await page.$eval("h1", (heading) => heading.textContent)).toMatch(/i\smorgen\skl\.\s10/);
  const { pages } = await page.evaluate(async () => (await fetch("/offline.json")).json());
  const kept = () =>
    page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const opening = indexedDB.open("vault", 1);
          opening.onsuccess = () => {
            const counting = opening.result.transaction("pages").objectStore("pages").count();
            counting.onsuccess = () => resolve(counting.result);
            opening.result.close();
          };
        }),
    );
  await expect.poll(kept, { timeout: 30_000 }).toBe(pages.length + 1);

  net!.turn("down");
  await page.goto(url);
  const text = () => page.$eval("main", (main) => main.textContent);
  expect(await text()).toContain("Ingen net lige nu. Du ser siden, som den var kl.");
  await press(page, 'main a[href="/check-in/who5"]');
  for (const at of ["happy", "calm", "active", "rested", "interest"]) {
    await page.$eval(`#${at} [value="1"]`, (choice) => (choice as HTMLInputElement).click());
  }
  await page.$eval('[name="words"]', (words) => ((words as HTMLTextAreaElement).value = "Skrevet i tunnellen"));
  await Promise.all([page.waitForNavigation(), page.$eval("form.check-in", (form) => (form as HTMLFormElement).submit())]);
  expect(await text()).toContain("venter på net siden kl.");

  net!.turn("up");
  await page.goto(`${url}/waiting`);
  expect(await text()).toContain("er gemt kl.");
  await adviser.goto("/inbox");
  await adviser.locator(".inbox a").filter({ hasText: "Amina Solsort" }).filter({ hasText: "Lavt tal: 20" }).click();
  await expect(adviser.getByText("Skrevet i tunnellen")).toBeVisible();
  await expect(adviser.getByText(/^Svaret er skrevet .*, mens der ikke var net\.$/)).toBeVisible();

  await adviser.context().close();
  await firefox.close();
  await server.stop();
  await net!.close();
  await service.stop();
  await clock.remove();
});
