// What a test asks for: `people` of a municipality of its own, and `signIn` as one of them.
import { test as base } from "@playwright/test";
import { type Database, type Person, type Role, invent, placeOf } from "./program";

export { expect } from "@playwright/test";

export type Options = { database: Database };

type Fixtures = {
  /** One family and everyone around it, unknown to every other test. */
  people: Record<Role, Person>;
  /** Opens the person's one-time sign-in and presses its button. */
  signIn: (role: Role) => Promise<Person>;
};

// A seed is used once in a run: workers count apart.
const SEEDS_PER_WORKER = 10_000;
let used = 0;

export const test = base.extend<Fixtures & Options>({
  database: ["sqlite", { option: true }],

  baseURL: async ({ database }, use) => use(placeOf(database).url),

  people: async ({ database }, use, { workerIndex }) => {
    used += 1;
    const seed = (workerIndex + 1) * SEEDS_PER_WORKER + used;
    const people = await invent(placeOf(database), 1, seed);
    await use(Object.fromEntries(people.map((person) => [person.role, person])) as Record<Role, Person>);
  },

  signIn: async ({ page, people }, use) => {
    await use(async (role) => {
      await page.goto(people[role].address);
      await page.getByRole("main").getByRole("button").click();
      return people[role];
    });
  },
});
