// A parent answers low at night while her primary adviser is away: the second has it before nine, and she sees who
// read it.
import type { Page } from "@playwright/test";
import { startClock } from "../clock";
import { expect, test as base } from "../people";
import { screens } from "../playwright.config";
import type { Role } from "../program";
import { start } from "../server";

/** Two working days and the end of that week; the clocks of Denmark are an hour ahead of UTC then. */
const [TUESDAY, WEDNESDAY, FRIDAY] = ["2026-12-01", "2026-12-02", "2026-12-04"];

type Enter = (role: Role, screen: keyof typeof screens, language: "Dansk" | "English") => Promise<Page>;

type Town = { setClock: (day: string, time: string) => Promise<void>; enter: Enter };

const test = base.extend<{ town: Town }>({
  town: async ({ browser, database }, use) => {
    const clock = await startClock(`${TUESDAY} 14:00:00`);
    const { people, stop } = await start(database, 1, 1, clock.env);
    const pages: Page[] = [];
    const enter: Enter = async (role, screen, language) => {
      const page = await (await browser.newContext(screens[screen])).newPage();
      pages.push(page);
      await page.goto(people.find((person) => person.role === role)!.address);
      await page.getByRole("main").getByRole("button").click();
      await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
      const home = page.url();
      await page.goto(new URL("/me", home).href);
      await page.getByRole("radio", { name: language }).check();
      await page.getByRole("button", { name: "Gem sprog" }).click();
      await page.goto(home);
      return page;
    };
    await use({ setClock: (day, time) => clock.set(`${day} ${time}:00`), enter });
    for (const page of pages) await page.context().close();
    await stop();
    await clock.remove();
  },
});

const WORDS = {
  Dansk: {
    from: "Fra og med",
    until: "Til og med",
    save: "Gem",
    away: /^Væk fra i\smorgen til og med fredag/,
    answer: "Svar nu",
    own: "Med dine egne ord",
    send: "Send",
    before: /^\s*Thomas Rønnebær læser dit svar senest/,
    sooner: /Er dit tal lavt, eller vil du ringes op, sker det senest i\smorgen\./,
    never: "Ingen læser det om aftenen eller i weekenden.",
    saved: /gemt i\sdag kl\.\s22\.4\d$/,
    low: "Dit tal er 12 af 100. Det er lavt.",
    help: "Tal med nogen nu",
    reads: /^Thomas Rønnebær læser det senest i\smorgen\./,
    inbox: "Lavt tal: 12",
    came: /I\sgår kl\.\s22\.4\d/,
    call: "Jeg ringer",
    reply: "Gem, og vis Amina det",
    read: /^Læst af Thomas Rønnebær i\sdag kl\.\s8\.5\d/,
    next: /Thomas ringer til dig senest/,
    again: "Ring til mig alligevel",
    will: /Det gør vi senest i\smorgen\./,
  },
  English: {
    from: "From",
    until: "Up to and including",
    save: "Save",
    away: /^Away from tomorrow up to and including Friday/,
    answer: "Answer now",
    own: "In your own words",
    send: "Send",
    before: /^\s*Thomas Rønnebær will read your answer by/,
    sooner: /If your number is low, or you want a call, it happens by tomorrow\./,
    never: "Nobody reads it in the evening or at the weekend.",
    saved: /saved today at\s22[:.]4\d$/,
    low: "Your number is 12 of 100. That is low.",
    help: "Talk with somebody now",
    reads: /^Thomas Rønnebær will read it by tomorrow\./,
    inbox: "Low number: 12",
    came: /Yesterday at\s22[:.]4\d/,
    call: "I will call",
    reply: "Save and show Amina",
    read: /^Read by Thomas Rønnebær today at\s8[:.]5\d/,
    next: /Thomas will call you by/,
    again: "Call me anyway",
    will: /We will do that by tomorrow\./,
  },
};

for (const language of ["Dansk", "English"] as const) {
  const words = WORDS[language];

  test(`a low answer at night is read before nine by the second when the first is away (${language})`, async ({ script, town }) => {
    test.slow();
    const primary = await town.enter("adviser", "desktop", language);
    await primary.goto(new URL("/away", primary.url()).href);
    await primary.getByLabel(words.from, { exact: true }).fill(WEDNESDAY);
    await primary.getByLabel(words.until).fill(FRIDAY);
    await primary.getByRole("button", { name: words.save, exact: true }).click();
    await expect(primary.getByText(words.away)).toBeVisible();

    await town.setClock(TUESDAY, "22:40");
    const parent = await town.enter("parent", "phone", language);
    await parent.getByRole("link", { name: words.answer }).click();
    if (script) await expect(parent.getByRole("status")).not.toBeEmpty();
    for (const [at, value] of [["happy", 1], ["calm", 0], ["active", 0], ["rested", 1], ["interest", 1]]) {
      await parent.locator(`#${at} [value="${value}"]`).click();
    }
    await parent.getByLabel(words.own).fill("Jeg sover næsten ikke.");
    await expect(parent.getByText(words.before)).toContainText(words.sooner);
    await expect(parent.getByText(words.before)).toContainText(words.never);
    await parent.getByRole("button", { name: words.send }).click();
    await expect(parent.getByRole("heading", { level: 1 })).toHaveText(words.saved);
    await expect(parent.getByText(words.low)).toBeVisible();
    await expect(parent.getByRole("heading", { name: words.help })).toBeInViewport();
    for (const number of ["112", "1888", "+4570201201", "116111"]) {
      await expect(parent.locator(`a[href="tel:${number}"]`)).toBeVisible();
    }
    await expect(parent.getByText(words.reads)).toBeVisible();

    await town.setClock(WEDNESDAY, "08:50");
    const second = await town.enter("second_adviser", "desktop", language);
    const amina = second.locator(".inbox li").filter({ hasText: "Amina Solsort" });
    await expect(amina).toContainText(words.inbox);
    await expect(amina).toContainText(words.came);
    await amina.getByRole("link").click();
    await expect(second.getByText("Jeg sover næsten ikke.")).toBeVisible();
    await second.locator("textarea").fill("Jeg ringer i formiddag.");
    await second.getByRole("radio", { name: words.call }).check();
    await second.getByRole("button", { name: words.reply }).click();
    await expect(second).toHaveURL(/\/inbox$/);
    await expect(second.getByText("Amina")).toHaveCount(0);

    await town.setClock(WEDNESDAY, "08:58");
    await parent.reload();
    await expect(parent.getByText(words.read)).toBeVisible();
    await expect(parent.getByText(words.next)).toBeVisible();
    await expect(parent.getByText("Jeg ringer i formiddag.")).toBeVisible();
    await parent.goto(new URL("/", parent.url()).href);
    await expect(parent.getByText(words.read)).toBeVisible();

    // Reading it is not enough for her: it stands in an inbox again, with a day of its own.
    await parent.goBack();
    await parent.getByRole("button", { name: words.again }).click();
    await expect(parent.getByText(words.will)).toBeVisible();
    await second.reload();
    await expect(second.getByText("Amina Solsort")).toBeVisible();
  });
}
