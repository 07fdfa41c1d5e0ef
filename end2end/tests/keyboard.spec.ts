// Everything is done with keys alone, and one always sees where one is.
import type { Page } from "@playwright/test";
import { expect, test } from "../people";
import { walk } from "../pages";

test("the check-in is answered with keys alone", async ({ script, signIn }) => {
  const parent = await signIn("parent");
  await parent.goto("/check-in/who5");
  if (script) await expect(parent.getByRole("status")).toHaveText("1 af 5");
  for (const at of ["happy", "calm", "active", "rested", "interest"]) {
    const question = parent.locator(`#${at}`);
    await tabTo(parent, `#${at} input`);
    await parent.keyboard.press("Space");
    await expect(question.getByRole("radio").first()).toBeChecked();
    await parent.keyboard.press("ArrowDown");
    await expect(question.getByRole("radio").nth(1)).toBeChecked();
    if (!script) continue;
    // Arrows choose; only a press on "Næste" turns the page.
    await expect(question).toBeVisible();
    await tabTo(parent, `#${at} .turn .main`);
    await parent.keyboard.press("Enter");
    await expect(question).toBeHidden();
  }
  await tabTo(parent, "#words");
  await parent.keyboard.type("Hej");
  await tabTo(parent, "[name=call_me]");
  await parent.keyboard.press("Space");
  await tabTo(parent, "[type=submit]");
  await parent.keyboard.press("Enter");
  await expect(parent.getByText("Dit tal er 80 af 100.")).toBeVisible();
  await expect(parent.getByText("Du bad om, at vi ringer.")).toBeVisible();
});

test("a check-in is read and closed with keys alone", async ({ signIn }) => {
  const adviser = await signIn("adviser");
  await tabTo(adviser, ".inbox a");
  await adviser.keyboard.press("Enter");
  await expect(adviser.getByRole("heading", { level: 1 })).toContainText("Jonas Solsort");
  await tabTo(adviser, "[name=next_step]");
  await adviser.keyboard.press("Space");
  await adviser.keyboard.press("ArrowDown");
  await expect(adviser.getByRole("radio", { name: "Vi holder et møde" })).toBeChecked();
  await tabTo(adviser, "textarea");
  await adviser.keyboard.type("Kom mandag.");
  await tabTo(adviser, ".review .main");
  await adviser.keyboard.press("Enter");
  await expect(adviser).toHaveURL(/\/inbox$/);
  await expect(adviser.getByText("Jonas Solsort")).toHaveCount(0);
});

test("the first key leads past the navigation", async ({ signIn }) => {
  const parent = await signIn("parent");
  await parent.keyboard.press("Tab");
  const skip = parent.getByRole("link", { name: "Gå til indhold" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport({ ratio: 1 });
  await parent.keyboard.press("Enter");
  await expect(parent.getByRole("main")).toBeFocused();
  await parent.keyboard.press("Tab");
  await expect(parent.getByRole("link", { name: "Se mødet" })).toBeFocused();
});

for (const role of ["parent", "contact_person", "adviser", "project_lead"] as const) {
  test(`whatever the ${role} can reach by key shows that it is reached`, async ({ signIn }) => {
    const page = await signIn(role);
    await walk(page, async (address) => {
      const stops = await page.locator("a[href], button, input:not([type=hidden]), select, summary, textarea").count();
      for (let stop = 0; stop < stops; stop += 1) {
        await page.keyboard.press("Tab");
        const { what, seen, ended } = await focus(page);
        if (ended) break;
        expect(seen, `${what} on ${address}`).toBe(true);
      }
    });
  });
}

async function tabTo(page: Page, target: string) {
  for (let stops = 0; stops < 60; stops += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((target) => document.activeElement?.matches(target), target)) {
      expect((await focus(page)).seen, target).toBe(true);
      return;
    }
  }
  throw new Error(`${target} is not reached by Tab.`);
}

/** What has the focus, and whether an outline of at least 3 px around it, or around its row, says so. */
function focus(page: Page) {
  return page.evaluate(() => {
    const at = document.activeElement;
    const outlined = (element: Element | null | undefined) => {
      const { outlineStyle, outlineWidth } = element ? getComputedStyle(element) : { outlineStyle: "", outlineWidth: "0" };
      return outlineStyle === "solid" && parseFloat(outlineWidth) >= 3;
    };
    const box = at?.getBoundingClientRect();
    const inside = !!box && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
    return {
      ended: !at || at === document.body,
      what: at?.outerHTML.slice(0, 120),
      seen: inside && (outlined(at) || outlined(at?.closest(".choice"))),
    };
  });
}
