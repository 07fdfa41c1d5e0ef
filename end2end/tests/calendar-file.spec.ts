// An adviser takes a series from a file of Outlook's: she sees it first, chooses, and the family has it. The file comes
// again, moved across the change of the clocks, and at last cancelled; every calendar follows.
import type { Page } from "@playwright/test";
import { expect, test } from "../people";

test.use({ actionTimeout: 10_000 });

/** The last Sunday of the next March, when the clocks go forward. */
const change = () => {
  const today = new Date();
  const of = (year: number) => {
    const last = new Date(Date.UTC(year, 2, 31));
    return new Date(last.getTime() - last.getUTCDay() * 86_400_000);
  };
  const next = of(today.getUTCFullYear());
  return next.getTime() > today.getTime() + 14 * 86_400_000 ? next : of(today.getUTCFullYear() + 1);
};

const day = (days: number) => new Date(change().getTime() + days * 86_400_000).toISOString().slice(0, 10).replaceAll("-", "");

const appointment = (method: string, sequence: number, times: string[]) =>
  [
    "BEGIN:VCALENDAR",
    "PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN",
    "VERSION:2.0",
    `METHOD:${method}`,
    "X-MS-OLK-FORCEINSPECTOROPEN:TRUE",
    "BEGIN:VEVENT",
    "UID:040000008200E00074C5B7101A82E0080000000010",
    `SEQUENCE:${sequence}`,
    "DTSTAMP:20260101T090000Z",
    "SUMMARY;LANGUAGE=da:Netværksmøde\\, Villads",
    "LOCATION:Rådhuset\\, lokale 4",
    "DESCRIPTION:Fortroligt om mor\\n\\nDeltag her",
    "X-ALT-DESC;FMTTYPE=text/html:<p>Fortroligt om mor</p>",
    ...times,
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n");

/** Two weeks in a row, either side of the change of the clocks. */
const series = (days: number, hour: string) => [
  `DTSTART;TZID="Romance Standard Time":${day(days)}T${hour}3000`,
  `DTEND;TZID="Romance Standard Time":${day(days)}T${hour}5500`,
  "RRULE:FREQ=WEEKLY;COUNT=2",
];

const open = async (adviser: Page, file: string) => {
  await adviser.getByRole("link", { name: "Familier", exact: true }).click();
  await adviser.getByRole("link", { name: /^Familien Solsort/ }).click();
  await adviser.getByRole("link", { name: "Hent fra en kalenderfil" }).click();
  await adviser.getByLabel("Kalenderfil").setInputFiles({ name: "møde.ics", mimeType: "text/calendar", buffer: Buffer.from(file) });
  await adviser.getByRole("button", { name: "Se, hvad der er i filen" }).click();
};

const starts = (calendar: string) =>
  calendar.split("\r\n").filter((line) => line.startsWith("DTSTART;")).map((line) => line.slice(line.indexOf(":") + 1));

test("an adviser takes a series from Outlook, and the family follows it as it moves and ends", async ({ page, people, request, signIn }) => {
  const adviser = await signIn("adviser");
  const amina = page;
  await amina.goto(people.parent.address);
  await amina.getByRole("main").getByRole("button").click();
  await amina.goto("/calendar");
  await amina.getByRole("button", { name: "Lav adressen" }).click();
  const calendar = await amina.getByLabel("Eller kopiér adressen").inputValue();
  const read = async () => (await request.get(calendar)).text();

  await open(adviser, "ikke en kalender");
  await expect(adviser.getByText("Det er ikke en kalenderfil.")).toBeVisible();

  await open(adviser, appointment("PUBLISH", 0, series(-4, "10")));
  await expect(adviser.getByText("2 nye møder")).toBeVisible();
  await expect(adviser.getByText("Fortroligt")).toHaveCount(0);
  await expect(adviser.getByLabel("Hvad skal mødet hedde i planen?")).toHaveValue("Netværksmøde, Villads");
  await amina.goto("/meetings");
  await expect(amina.getByText("Netværksmøde")).toHaveCount(0);
  await adviser.getByRole("checkbox", { name: /^Netværksmøde/ }).uncheck();
  await adviser.getByRole("button", { name: "Læg i planen" }).click();
  await expect(adviser.getByText("Vælg mindst én aftale.")).toBeVisible();
  await adviser.getByRole("checkbox", { name: /^Netværksmøde/ }).check();
  await adviser.getByLabel("Hvad skal mødet hedde i planen?").fill("Møde om skolen");
  await adviser.getByRole("button", { name: "Læg i planen" }).click();
  await expect(adviser.getByRole("heading", { level: 1 })).toContainText("10.30");

  await amina.reload();
  await expect(amina.getByRole("link", { name: /: Møde om skolen$/ })).toHaveCount(2);
  const at = (hour: string, days: number) => [day(days), day(days + 7)].map((date) => `${date}T${hour}3000`);
  expect(starts(await read())).toEqual(expect.arrayContaining(at("10", -4)));

  // It moves past the change of the clocks, and keeps the hour on the wall it has in the file.
  await open(adviser, appointment("PUBLISH", 1, series(1, "14")));
  await expect(adviser.getByText("2 møder flyttes")).toBeVisible();
  await adviser.getByRole("button", { name: "Læg i planen" }).click();
  await expect(adviser.getByRole("heading", { level: 1 })).toContainText("14.30");
  const moved = await read();
  expect(starts(moved)).toEqual(expect.arrayContaining(at("14", 1)));
  expect(starts(moved)).not.toEqual(expect.arrayContaining(at("10", -4)));
  expect(moved).toContain("SEQUENCE:1");
  await amina.reload();
  await expect(amina.getByRole("heading", { name: /14\.30$/ })).toHaveCount(2);

  await open(adviser, appointment("CANCEL", 2, series(1, "14")));
  await expect(adviser.getByText("2 møder aflyses")).toBeVisible();
  await adviser.getByRole("button", { name: "Læg i planen" }).click();
  await amina.reload();
  await expect(amina.getByText("Møde om skolen")).toHaveCount(0);
  expect((await read()).match(/STATUS:CANCELLED/g)?.length).toBeGreaterThanOrEqual(2);
});
