// The plan is the family's own: they write it with their adviser, choose who helps, look through his eyes, and take back
// what they shared. A meeting keeps its hour on the wall when the clocks change, in every calendar.
import type { Page } from "@playwright/test";
import { expect, test } from "../people";

test.use({ actionTimeout: 10_000 });

/** Signs in with an invitation's link in a browser of one's own. */
const enter = async (page: Page, link: string) => {
  await page.goto(link);
  await page.getByRole("main").getByRole("button").click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
};

const openFamily = async (adviser: Page) => {
  await adviser.getByRole("link", { name: "Familier", exact: true }).click();
  await adviser.getByRole("link", { name: /^Familien Solsort/ }).click();
};

/** The address of a calendar, made on its page. */
const calendarOf = async (page: Page) => {
  await page.goto("/calendar");
  await page.getByRole("button", { name: "Lav adressen" }).click();
  return page.getByLabel("Eller kopiér adressen").inputValue();
};

const field = (calendar: string, name: string) =>
  calendar.split("\r\n").filter((line) => line.startsWith(name)).map((line) => line.slice(line.indexOf(":") + 1));

/** The first Monday or later that is at least so many days after the day. */
const day = (from: string, days: number) => new Date(Date.parse(from) + days * 86_400_000).toISOString().slice(0, 10);

/** The last Sunday of the next March or October, when the clocks change, as a date. */
const nextChange = () => {
  const today = new Date();
  for (let ahead = 1; ; ahead += 1) {
    const at = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate() + ahead));
    const lastSunday = at.getUTCDay() === 0 && new Date(at.getTime() + 7 * 86_400_000).getUTCMonth() !== at.getUTCMonth();
    if (lastSunday && [2, 9].includes(at.getUTCMonth())) return at.toISOString().slice(0, 10);
  }
};

test("a family owns its plan: it agrees, chooses, looks through his eyes, shares, and takes it back", async ({ browser, page, request, script, signIn }) => {
  const adviser = await signIn("adviser");
  await openFamily(adviser);
  await adviser.getByRole("button", { name: "Inviter Amina Solsort" }).click();
  const invitation = await adviser.getByLabel("Eller send linket").inputValue();
  const amina = page;
  await enter(amina, invitation);

  await amina.getByRole("link", { name: "Plan", exact: true }).click();
  await amina.getByRole("link", { name: "Skriv et håb" }).click();
  await amina.getByLabel("Hvad håber eller drømmer I om?").fill("At Villads får venner i byen");
  await amina.getByRole("button", { name: "Gem" }).click();

  await openFamily(adviser);
  await adviser.getByRole("link", { name: "Se hele planen" }).click();
  await expect(adviser.locator(".hopes")).toContainText("At Villads får venner i byen");
  await adviser.getByRole("link", { name: "Nyt mål" }).click();
  await adviser.getByLabel("Hvad vil I gerne nå?").fill("Villads spiller fodbold");
  await adviser.getByLabel("Hvor er det nu?").selectOption("Det venter");
  await adviser.getByRole("button", { name: "Foreslå det" }).click();
  await amina.reload();
  await amina.getByRole("button", { name: "Ja, det gør vi" }).click();
  await expect(amina.getByRole("link", { name: "Ret Villads spiller fodbold" })).toBeVisible();

  // A football coach becomes the contact person; the one before sees nothing any more.
  await amina.goto("/team");
  await amina.getByRole("link", { name: "Vælg kontaktperson" }).click();
  await amina.getByLabel("Navn").fill("Bo Målmand");
  await amina.getByLabel("Telefon").fill("12 34 56 78");
  await amina.getByRole("button", { name: "Send til rådgiver" }).click();
  await expect(amina.getByText("Amina har ønsket Bo Målmand.")).toBeVisible();
  await openFamily(adviser);
  await adviser.getByRole("button", { name: /^Opret og inviter/ }).click();
  const coachLink = await adviser.getByLabel("Eller send linket").inputValue();
  const coach = await (await browser.newContext()).newPage();
  await enter(coach, coachLink);
  await expect(coach.getByText("Her er ikke noget lige nu")).toBeVisible();

  // A meeting on either side of the change of the clocks, with the same hour on the wall.
  const change = nextChange();
  await openFamily(adviser);
  await adviser.getByRole("link", { name: "Aftal et møde" }).click();
  await adviser.getByLabel("Hvad handler det om?").fill("Fodbold og fritid");
  await adviser.getByLabel("Dag", { exact: true }).fill(day(change, -3));
  await adviser.getByLabel("Klokken").fill("15:30");
  await adviser.getByLabel("Hvor mange minutter?").fill("45");
  await adviser.getByLabel("På kontoret").check();
  for (const who of [/^Amina Solsort/, /^Bo Målmand/]) await adviser.getByRole("checkbox", { name: who }).check();
  await adviser.getByRole("button", { name: "Aftal mødet" }).click();
  // With script it is booked from the family's page.
  const booked = adviser.getByRole("listitem").filter({ hasText: "Fodbold og fritid" });
  if (script) await booked.getByRole("link", { name: /^Se mødet/ }).click();
  await expect(adviser.getByText("Fodbold og fritid").first()).toBeVisible();
  const meeting = await adviser.getByRole("heading", { level: 1 }).innerText();
  expect(meeting).toContain("15.30");

  // She looks through his eyes, and says yes to the next meetings only.
  await amina.goto("/sharing");
  await amina.getByRole("link", { name: /^Se det som Bo ser det.*de næste møder$/ }).click();
  await expect(amina.getByText("Du kigger kun. Det deler ikke noget.")).toBeVisible();
  await expect(amina.getByRole("heading", { name: /15\.30$/ })).toBeVisible();
  await expect(amina.getByText("Villads spiller fodbold")).toHaveCount(0);
  await amina.getByRole("link", { name: "Det deler I" }).click();
  await amina.getByLabel("De næste møder").check();
  await amina.getByLabel("Til og med").fill(day(change, 60));
  await amina.getByRole("button", { name: "Sig ja" }).click();
  await expect(amina.getByText(/^Bo Målmand må se de næste møder til og med /)).toBeVisible();
  await coach.goto("/shared");
  await expect(coach.getByRole("heading", { name: /15\.30$/ })).toBeVisible();
  await expect(coach.getByText("Rolige morgener")).toHaveCount(0);

  // Both have it in their calendars, where it says no more than that there is something.
  const calendars = [await calendarOf(amina), await calendarOf(coach)];
  const read = async () => Promise.all(calendars.map(async (address) => (await request.get(address)).text()));
  const began = `${day(change, -3).replaceAll("-", "")}T153000`;
  const before = await read();
  for (const calendar of before) {
    expect(field(calendar, "DTSTART;TZID=Europe/Copenhagen")).toContain(began);
    expect(calendar).not.toContain("Fodbold");
  }

  // She asks for another time; the adviser moves it past the change, and every calendar follows.
  await amina.goto("/meetings");
  await amina.getByRole("listitem").filter({ hasText: "Fodbold og fritid" }).getByRole("link", { name: /^Se mødet/ }).click();
  await amina.getByLabel("Jeg vil gerne have en anden tid").check();
  await amina.getByLabel("Første dag").fill(day(change, 4));
  await amina.getByLabel("Kl.").first().fill("15:30");
  await amina.getByRole("button", { name: "Send svar" }).click();
  await expect(amina.getByText("Du har bedt om en anden tid.")).toBeVisible();
  await adviser.reload();
  await adviser.getByRole("link", { name: "Ret eller flyt" }).click();
  await expect(adviser.getByText(/^Amina foreslår /)).toBeVisible();
  await adviser.getByLabel("Dag", { exact: true }).fill(day(change, 4));
  await adviser.getByRole("button", { name: "Gem" }).click();
  await expect(adviser.getByRole("heading", { level: 1 })).toContainText("15.30");
  const moved = `${day(change, 4).replaceAll("-", "")}T153000`;
  for (const [at, calendar] of (await read()).entries()) {
    expect(field(calendar, "DTSTART;TZID=Europe/Copenhagen")).toContain(moved);
    expect(field(calendar, "DTSTART;TZID=Europe/Copenhagen")).not.toContain(began);
    expect(field(calendar, "UID").sort()).toEqual(field(before[at], "UID").sort());
  }
  await coach.goto("/shared");
  await expect(coach.getByRole("heading", { name: /15\.30$/ })).toBeVisible();

  // She takes it back: his open page is blank on its next step, and so is his calendar.
  await amina.goto("/sharing");
  await amina.getByRole("button", { name: /^Stop.*de næste møder$/ }).click();
  await expect(amina.getByText("Bo Målmand måtte se de næste møder.")).toBeVisible();
  await expect(amina.getByText(/^Stoppet .* af Amina$/).first()).toBeVisible();
  await coach.reload();
  await expect(coach.getByText(/15\.30/)).toHaveCount(0);
  await expect(coach.getByText("Her er ikke noget lige nu")).toBeVisible();
  expect((await read())[1]).not.toContain(moved);

  await amina.goto("/plan/fridge");
  const pdf = await amina.pdf({ format: "A4" });
  expect(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)).toHaveLength(1);

  await amina.goto("/looked");
  for (const words of ["Karen Havblik", "Bo Målmand", "Arbejdede med jeres plan.", "Så det, I deler."]) {
    await expect(amina.getByText(words).first()).toBeVisible();
  }
  await coach.context().close();
});
