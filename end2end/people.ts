// What a test asks for: `people` of a municipality of its own, and `signIn` as one of them.
import { type Page, test as base } from "@playwright/test";
import { type Database, type Person, type Role, invent, placeOf } from "./program";

export { expect } from "@playwright/test";

export type Options = { database: Database };

type Fixtures = {
  /** One family and everyone around it, unknown to every other test. */
  people: Record<Role, Person>;
  /** Opens the person's one-time sign-in in a browser of their own and presses its button. */
  signIn: (role: Role) => Promise<Page>;
  /** Whether pages may run script in this project. */
  script: boolean;
};

// A seed is used once in a run: workers count apart.
const SEEDS_PER_WORKER = 10_000;
let used = 0;

export const test = base.extend<Fixtures & Options>({
  database: ["sqlite", { option: true }],

  baseURL: async ({ database }, use) => use(placeOf(database).url),

  script: async ({ javaScriptEnabled }, use) => use(javaScriptEnabled !== false),

  people: async ({ database }, use, { workerIndex }) => {
    used += 1;
    const seed = (workerIndex + 1) * SEEDS_PER_WORKER + used;
    const people = await invent(placeOf(database), 1, seed);
    await use(Object.fromEntries(people.map((person) => [person.role, person])) as Record<Role, Person>);
  },

  signIn: async ({ browser, people }, use) => {
    const open: Page[] = [];
    await use(async (role) => {
      const page = await (await browser.newContext()).newPage();
      open.push(page);
      await page.goto(people[role].address);
      await page.getByRole("main").getByRole("button").click();
      await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
      return page;
    });
    for (const page of open) await page.context().close();
  },
});
