// Taps before the WebAssembly has arrived: nothing is lost.
import { expect, test } from "../people";

test("what is answered before the script wakes is kept, and the script goes on from there", async ({ signIn }) => {
  const parent = await signIn("parent");
  let arrive = () => {};
  const arrived = new Promise<void>((done) => (arrive = done));
  await parent.route("**/*.wasm", async (route) => {
    await arrived;
    await route.continue();
  });
  await parent.goto("/check-in/who5");
  const shown = parent.locator("fieldset.question:visible");
  for (const at of ["happy", "calm"]) {
    await expect(shown).toHaveAttribute("id", at);
    await shown.getByRole("radio", { name: "Lidt mere end halvdelen af tiden" }).click();
    await shown.getByRole("link", { name: "Næste" }).click();
  }
  await shown.getByRole("radio", { name: "Hele tiden" }).click();
  await expect(parent.getByRole("status")).toBeEmpty();

  arrive();
  await expect(parent.getByRole("status")).toHaveText("3 af 5");
  await expect(shown.getByRole("radio", { name: "Hele tiden" })).toBeChecked();
  await shown.getByRole("link", { name: "Næste" }).click();
  for (const at of ["rested", "interest"]) {
    await expect(shown).toHaveAttribute("id", at);
    await shown.getByRole("radio", { name: "Lidt af tiden", exact: true }).click();
  }
  await parent.getByRole("button", { name: "Send" }).click();
  await expect(parent.getByText("Dit tal er 52 af 100.")).toBeVisible();
});

test("where the script never comes, the answers are sent all the same", async ({ signIn }) => {
  const parent = await signIn("parent");
  await parent.route("**/*.{wasm,js}", (route) => route.abort());
  await parent.goto("/check-in/who5");
  const shown = parent.locator("fieldset.question:visible");
  for (const at of ["happy", "calm", "active", "rested"]) {
    await expect(shown).toHaveAttribute("id", at);
    await shown.getByRole("radio", { name: "Hele tiden" }).click();
    await shown.getByRole("link", { name: "Næste" }).click();
  }
  await shown.getByRole("link", { name: "Næste" }).click();
  await parent.getByLabel("Med dine egne ord").fill("Mit net er langsomt.");
  await parent.getByRole("button", { name: "Send" }).click();

  await expect(parent.getByRole("alert")).toContainText("Dine andre svar er her stadig.");
  await expect(shown).toHaveCount(6);
  await expect(parent.getByRole("radio", { name: "Hele tiden", checked: true })).toHaveCount(4);
  await parent.locator("#interest").getByRole("radio", { name: "Hele tiden" }).click();
  await expect(parent.getByLabel("Med dine egne ord")).toHaveValue("Mit net er langsomt.");
  await parent.getByRole("button", { name: "Send" }).click();
  await expect(parent.getByText("Dit tal er 100 af 100.")).toBeVisible();
});
