// Walks through all that a person can reach by links.
import type { Page } from "@playwright/test";

/** Everybody whose pages differ; a second adviser's are those of the first. */
export const ROLES = ["parent", "other_parent", "contact_person", "adviser", "project_lead", "administrator"] as const;

/** Follows every link of the site from home, but not to files; of pages that differ only in whose they are it looks at the first. */
export async function walk(page: Page, look: (address: string) => Promise<void>): Promise<string[]> {
  const seen: string[] = [];
  const known = new Set<string>();
  const next = ["/"];
  for (let address = next.shift(); address; address = next.shift()) {
    if (known.has(kind(address))) continue;
    const response = await page.goto(address);
    const here = new URL(page.url()).pathname;
    known.add(kind(address));
    if (here !== address && known.has(kind(here))) continue;
    known.add(kind(here));
    if (response?.status() !== 200) throw new Error(`${here} answers ${response?.status()}`);
    seen.push(here);
    const links = await page.locator("a[href^='/']:not([download])").evaluateAll((all) => all.map((a) => a.getAttribute("href")!));
    await look(here);
    next.push(...links.map((link) => link.split("#")[0]));
  }
  return seen;
}

const kind = (address: string) => address.replace(/[0-9a-f]{32}/g, "…");
