// axe finds nothing on any page: light and dark, narrow, and with text twice the size. Nothing scrolls sideways, and
// what is pressed is large enough for a thumb.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "../people";
import { ROLES, walk } from "../pages";
import { screens } from "../playwright.config";

// axe and the larger text come into the page as script and style that its policy refuses.
test.use({ bypassCSP: true });

/** Some have many pages, and each is looked at five times: a guard against a walk that hangs. */
const WALK = 900_000;

const NARROW = 320;
const PHONE = 600;

/** The rules that can turn out otherwise when text is larger. */
const SIZED = ["color-contrast", "scrollable-region-focusable", "target-size"];

/** Who sits at a desk; the two parents see nearly the same, one on a phone and one at a desk. */
const AT_A_DESK: readonly string[] = ["other_parent", "adviser", "project_lead", "administrator"];

for (const role of ROLES) {
  const screen = AT_A_DESK.includes(role) ? "desktop" : "phone";
  test.describe(`on a ${screen}`, () => {
    test.use(screens[screen]);

    test(`the pages of the ${role} are whole for everybody`, async ({ signIn }) => {
      test.setTimeout(WALK);
      const page = await signIn(role);
      await walk(page, (address) => examine(page, address));
    });
  });
}

test("the pages beside the way are whole too", async ({ page, people, signIn }) => {
  test.slow();
  for (const address of ["/", "/?language=en", "/nothing", "/sign-in/abc", people.parent.address]) {
    await page.goto(address);
    await examine(page, address);
  }
  const parent = await signIn("parent");
  await page.goto(people.parent.address);
  await examine(page, "a used link");
  await parent.goto("/check-in/who5#send");
  await examine(parent, "the end of the check-in");
  for (const at of ["happy", "calm", "active", "rested", "interest"]) {
    await parent.goto(`/check-in/who5#${at}`);
    await parent.locator(`#${at}`).getByRole("radio").last().check();
  }
  await parent.goto("/check-in/who5#send");
  await parent.getByRole("button", { name: "Send" }).click();
  await expect(parent.getByRole("heading", { name: "Tal med nogen nu" })).toBeVisible();
  await examine(parent, "a saved check-in");
  await parent.getByRole("link", { name: "Til Hjem" }).click();
  await examine(parent, "home after it");
  await parent.goto("/me");
  await parent.getByRole("button", { name: "Vis knappen" }).click();
  for (const address of ["/", "/check-in/who5"]) {
    await parent.goto(address);
    await examine(parent, `${address} with the quick exit`);
  }
  await parent.goto("/me");
  await parent.getByRole("button", { name: "Fjern knappen" }).click();

  const adviser = await signIn("adviser");
  await adviser.locator(".inbox a").first().click();
  const opened = adviser.url();
  await adviser.locator(".review .main").click();
  await expect(adviser.getByText("Vælg et af svarene.")).toBeVisible();
  await examine(adviser, "a refused review");
  await adviser.getByLabel("Det har jeg forstået").fill("Det er svært lige nu.");
  await adviser.getByRole("radio", { name: "Jeg ringer" }).check();
  await adviser.locator(".review .main").click();
  await adviser.waitForURL("**/inbox");
  await adviser.goto(opened);
  await examine(adviser, "a closed check-in");
  await adviser.goto("/families");
  await adviser.locator(".inbox a").first().click();
  await adviser.getByRole("button", { name: /^Inviter/ }).first().click();
  await expect(adviser.locator("figure.code")).toBeVisible();
  await examine(adviser, "an invitation");
});

test("what is in a calendar file is shown whole too", async ({ signIn }) => {
  test.slow();
  const adviser = await signIn("adviser");
  await adviser.goto("/families");
  await adviser.locator(".inbox a").first().click();
  await adviser.getByRole("link", { name: "Hent fra en kalenderfil" }).click();
  const address = adviser.url();
  const send = async (...events: string[]) => {
    await adviser.goto(address);
    const wrapped = events.map((event, nth) => `BEGIN:VEVENT\nUID:${nth}\n${event}\nEND:VEVENT\n`);
    const buffer = Buffer.from(`BEGIN:VCALENDAR\n${wrapped.join("")}END:VCALENDAR\n`);
    await adviser.getByLabel("Kalenderfil").setInputFiles({ name: "a.ics", mimeType: "text/calendar", buffer });
    await adviser.getByRole("button", { name: "Se, hvad der er i filen" }).click();
  };
  const year = new Date().getUTCFullYear() + 1;
  const allDay = `SUMMARY:Sommerferie\nDTSTART;VALUE=DATE:${year}0701`;
  await send(allDay);
  await expect(adviser.getByText("Aftalen varer hele dage.").first()).toBeVisible();
  await examine(adviser, "a refused calendar file");
  const start = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10).replaceAll("-", "");
  const times = `DTSTART;TZID=GMT Standard Time:${start}T100000\nDURATION:PT45M`;
  const series = `SUMMARY:Samtale om skolen\n${times}\nLOCATION:Rådhuset\, lokale 4\nRRULE:FREQ=WEEKLY;COUNT=60`;
  await send(allDay, series, `SUMMARY:${"Netværksmødeforberedelse".repeat(4)}\n${times}`);
  await adviser.getByRole("button", { name: "Læg i planen" }).click();
  await expect(adviser.getByText("Vælg mindst én aftale.")).toBeVisible();
  await adviser.locator("details").first().evaluate((details) => details.setAttribute("open", ""));
  await examine(adviser, "a calendar file to choose from");
});

async function examine(page: Page, address: string) {
  const size = page.viewportSize()!;
  const width = size.width < PHONE ? NARROW : size.width;
  await whole(page, width);
  expect(await sideways(page), `${address} scrolls sideways`).toEqual([]);
  expect(await small(page), `${address}, too small for a thumb`).toEqual([]);
  expect(await complaints(page), address).toEqual([]);
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await complaints(page, ["color-contrast"]), `${address}, dark`).toEqual([]);
  await page.emulateMedia({ colorScheme: "light" });

  const larger = await page.addStyleTag({ content: "html { font-size: 200% }" });
  await whole(page, width);
  expect(await sideways(page), `${address} scrolls sideways with text at 200 %`).toEqual([]);
  expect(await complaints(page, SIZED), `${address}, 200 %`).toEqual([]);
  await larger.evaluate((style) => (style as Element).remove());
  await page.setViewportSize(size);
}

/** Makes the viewport as tall as the page, so that the tabs at the thumb's end cover nothing. */
async function whole(page: Page, width: number) {
  await page.setViewportSize({ width, height: 800 });
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.max(height, 800) });
}

async function complaints(page: Page, rules?: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
}

/** What stands out of the page to the side, when the page can be scrolled there. */
function sideways(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const out = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > clientWidth + 1);
    return [`${scrollWidth} of ${clientWidth}`, ...out.map((element) => element.outerHTML.slice(0, 120))];
  });
}

/** Things to press that are smaller than 48 px, but for links within a sentence (WCAG 2.2, 2.5.8). */
function small(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const LEAST = 47.5;
    const inSentence = (element: Element) => {
      const beside = [...(element.parentElement?.childNodes ?? [])].filter((node) => node.nodeType === Node.TEXT_NODE);
      return getComputedStyle(element).display === "inline" && beside.some((text) => /\w/.test(text.textContent ?? ""));
    };
    return [...document.querySelectorAll("a[href]:not(.skip), button, input:not([type=hidden]), select, summary, textarea")]
      .map((element) => element.closest(".choice") ?? element)
      .filter((element) => element.checkVisibility() && !inSentence(element))
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width < LEAST || box.height < LEAST)
      .map(({ element, box }) => `${Math.round(box.width)} × ${Math.round(box.height)}: ${element.outerHTML.slice(0, 120)}`);
  });
}
