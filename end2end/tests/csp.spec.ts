// No page breaks its own content security policy, says an error, or asks anybody but us for anything.
import type { Page } from "@playwright/test";
import { expect, test } from "../people";
import { ROLES, walk } from "../pages";

test.use({ serviceWorkers: "allow" });

for (const role of ROLES) {
  test(`no page of the ${role} complains or asks elsewhere`, async ({ baseURL, script, signIn }) => {
    const page = await signIn(role);
    const seen = record(page);
    const pages = await walk(page, async (address) => {
      const form = script && (await page.locator("form.one-by-one").count()) > 0;
      if (form) await expect(page.getByRole("status")).not.toBeEmpty();
      const scripted = form || (script && /^\/(me)?$|^\/(check-ins|families)\/[0-9a-f]{32}$/.test(address));
      const code = seen.requests.filter(({ type }) => ["script", "fetch", "xhr"].includes(type));
      expect(code.length > 0, `${address} asks for ${JSON.stringify(code)}`).toBe(scripted);
      expect(seen.requests.filter(({ url }) => new URL(url).origin !== baseURL)).toEqual([]);
      expect(seen.complaints, address).toEqual([]);
      seen.requests.length = 0;
    });
    expect(pages.length).toBeGreaterThanOrEqual(2);
  });
}

test("the pages before signing in are as quiet", async ({ baseURL, page, people }) => {
  const seen = record(page);
  for (const address of ["/", "/?language=en", people.parent.address]) await page.goto(address);
  expect(seen.complaints).toEqual([]);
  const finger = /^\/static\/scripts-passkey\.[0-9a-f]+\.js$/;
  const strange = ({ url, type }: { url: string; type: string }) =>
    new URL(url).origin !== baseURL || (type === "script" && !finger.test(new URL(url).pathname));
  expect(seen.requests.filter(strange)).toEqual([]);
});

function record(page: Page) {
  const complaints: string[] = [];
  const requests: { url: string; type: string }[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => requests.push({ url: request.url(), type: request.resourceType() }));
  return { complaints, requests };
}
