// A parent tells how she is, her adviser reads it, and she sees that it was read.
import type { Page } from "@playwright/test";
import { expect, test } from "../people";

const QUESTIONS = ["happy", "calm", "active", "rested", "interest"];

const question = (page: Page, at: string) => page.locator(`fieldset#${at}`);

const answer = (page: Page, at: string, words: string) =>
  question(page, at).getByRole("radio", { name: words, exact: true });

test("a parent sees the next meeting, her goals and whom to call", async ({ page, people, signIn }) => {
  await page.goto(people.parent.address);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Hej Amina");

  const parent = await signIn("parent");
  await expect(parent.getByRole("heading", { level: 1 })).toHaveText(/^Hej Amina\. Jeres næste møde er i\smorgen kl\.\s10$/);
  await expect(parent.getByText("Med Karen Havblik og Freja Lyng")).toBeVisible();
  await expect(parent.getByRole("heading", { name: "Freja Lyng" })).toBeVisible();
  await expect(parent.getByRole("link", { name: "Ring til Freja" })).toHaveAttribute("href", /^tel:\+45\d{8}$/);
  await expect(parent.getByRole("link", { name: "Skriv en sms til Freja" })).toHaveAttribute("href", /^sms:\+45\d{8}$/);
  await expect(parent.locator("#goals h3")).toHaveCount(3);
  await expect(parent.locator(".button.main")).toHaveText(/Svar nu/);

  const pages = parent.getByRole("navigation", { name: "Sider" });
  await pages.getByRole("link", { name: "Møder" }).click();
  await expect(parent.getByRole("heading", { name: "De næste" })).toBeVisible();
  await expect(parent.getByText("Breve fra kommunen kommer stadig i Digital Post.")).toBeVisible();
  await pages.getByRole("link", { name: "Mit team" }).click();
  await expect(parent.getByRole("heading", { level: 3 })).toHaveText([
    "Freja Lyng",
    "Karen Havblik",
    "Thomas Rønnebær",
    /./,
  ]);
});

test("a step is ticked and the tick taken back", async ({ signIn }) => {
  const parent = await signIn("parent");
  const tick = (words: string) => parent.getByRole("button", { name: `Sæt flueben: ${words}` });
  const untick = (words: string) => parent.getByRole("button", { name: `Gjort: ${words}` });

  await tick("Lav et cv sammen med Karen").click();
  await expect(untick("Lav et cv sammen med Karen")).toContainText("Gjort i dag. Fortryd");
  await expect(tick("Besøg bageriet")).toBeVisible();

  await parent.getByRole("link", { name: "Plan", exact: true }).click();
  await untick("Lav et cv sammen med Karen").click();
  await expect(parent).toHaveURL(/\/plan#s/);
  await expect(tick("Lav et cv sammen med Karen")).toBeVisible();
  await parent.getByRole("link", { name: "Hjem", exact: true }).click();
  await expect(tick("Besøg bageriet")).toBeHidden();
});

test("a parent tells, her adviser reads it, and she sees that it was read", async ({ signIn, script }) => {
  const parent = await signIn("parent");
  await parent.getByRole("link", { name: "Svar nu" }).click();
  await expect(parent.locator("fieldset.question:visible")).toHaveCount(script ? 1 : 6);

  if (script) {
    await expect(parent.getByRole("status")).toHaveText("1 af 5");
    await answer(parent, "happy", "Det meste af tiden").click();
    await expect(parent.getByRole("status")).toHaveText("2 af 5");
    await answer(parent, "calm", "Lidt af tiden").click();
    await expect(question(parent, "active")).toBeVisible();
    await parent.getByRole("link", { name: "Tilbage" }).click();
    await parent.getByRole("link", { name: "Tilbage" }).click();
    await expect(answer(parent, "happy", "Det meste af tiden")).toBeChecked();
    await parent.goBack();
    await expect(answer(parent, "calm", "Lidt af tiden")).toBeChecked();
    await parent.getByRole("link", { name: "Tilbage" }).click();
  }
  for (const [at, words] of [
    ["happy", "Lidt af tiden"],
    ["calm", "På intet tidspunkt"],
    ["active", "På intet tidspunkt"],
    ["rested", "Lidt af tiden"],
    ["interest", "Lidt af tiden"],
  ]) {
    await answer(parent, at, words).click();
  }
  await parent.getByLabel("Med dine egne ord").fill("Jeg sover næsten ikke.");
  await parent.getByLabel("Ring til mig").check();
  await expect(parent.getByText(/^Karen Havblik og Thomas Rønnebær læser dit svar senest /)).toBeVisible();
  await parent.getByRole("button", { name: "Send" }).click();

  await expect(parent.getByRole("heading", { level: 1 })).toHaveText(/^Tak, Amina\. Dit svar er gemt i\s(dag|går) kl\.\s\d/);
  await expect(parent.getByText("Dit tal er 12 af 100. Det er lavt.")).toBeVisible();
  await expect(parent.getByText(/^Karen Havblik og Thomas Rønnebær læser det senest /)).toBeVisible();
  await expect(parent.getByText(/^Du bad om, at vi ringer\. Det gør vi senest /)).toBeVisible();
  for (const number of ["112", "1888", "+4570201201", "116111"]) {
    await expect(parent.locator(`a[href="tel:${number}"]`)).toBeVisible();
  }
  await parent.getByRole("link", { name: "Til Hjem" }).click();
  await expect(parent.getByText(/^Du svarede i\s(dag|går) kl\./)).toBeVisible();
  await expect(parent.getByText("Læst af")).toHaveCount(0);

  const adviser = await signIn("adviser");
  await expect(adviser.getByRole("heading", { level: 1 })).toHaveText("Indbakke");
  // Jonas has as many reasons, and a higher number.
  const [amina, jonas] = [0, 1].map((at) => adviser.getByRole("main").getByRole("listitem").nth(at));
  await expect(jonas).toContainText("Jonas Solsort");
  await expect(amina).toContainText("Lavt tal: 12. Vil gerne ringes op. Faldet fra 60 til 12. Har skrevet noget");
  await expect(amina).toContainText("Amina Solsort");
  await amina.getByRole("link").click();
  await expect(adviser.getByRole("heading", { level: 1 })).toContainText("Amina Solsort");
  await expect(adviser.getByText("Jeg sover næsten ikke.")).toBeVisible();
  await expect(adviser.getByText("Dit opslag er skrevet ned")).toBeVisible();

  await adviser.getByLabel("Det har jeg forstået").fill("Jeg ringer onsdag kl. 9.");
  await adviser.getByRole("button", { name: "Gem, og vis Amina det" }).click();
  await expect(adviser.getByText("Vælg et af svarene.")).toBeVisible();
  await expect(adviser.getByLabel("Det har jeg forstået")).toHaveValue("Jeg ringer onsdag kl. 9.");
  await adviser.getByRole("radio", { name: "Jeg ringer" }).check();
  await adviser.getByRole("button", { name: "Gem, og vis Amina det" }).click();
  await expect(adviser).toHaveURL(/\/inbox$/);
  await expect(adviser.getByText("Jonas Solsort, Familien Solsort")).toBeVisible();
  await expect(adviser.getByText("Amina")).toHaveCount(0);

  await parent.reload();
  await expect(parent.getByText(/^Læst af Karen Havblik i\s(dag|går) kl\.\s\d/)).toBeVisible();
  await expect(parent.getByText(/Karen ringer til dig senest /)).toBeVisible();
  await expect(parent.getByText("Jeg ringer onsdag kl. 9.")).toBeVisible();
});

test("a missing answer gets a sentence at its question and loses nothing", async ({ signIn, script }) => {
  const parent = await signIn("parent");
  await parent.goto("/check-in/who5");
  if (script) await expect(parent.getByRole("status")).toHaveText("1 af 5");
  await answer(parent, "happy", "Det meste af tiden").click();
  if (script) await question(parent, "calm").getByRole("link", { name: "Næste" }).click();
  for (const at of ["active", "rested", "interest"]) await answer(parent, at, "Det meste af tiden").click();
  await parent.getByLabel("Med dine egne ord").fill("Hils Karen.");
  await parent.getByRole("button", { name: "Send" }).click();

  await expect(question(parent, "calm").getByText("Vælg det svar, der passer bedst.")).toBeVisible();
  if (script) {
    await expect(question(parent, "calm")).toBeFocused();
    await expect(parent).toHaveURL(/\/check-in\/who5#calm$/);
  } else {
    await parent.getByRole("alert").getByRole("link", { name: "Spørgsmål 2" }).click();
    await expect(parent).toHaveURL(/#calm$/);
  }
  await expect(parent.locator("input[value='4']:checked")).toHaveCount(4);
  await answer(parent, "calm", "Hele tiden").click();
  if (script) {
    await expect(question(parent, "active")).toBeVisible();
    await parent.goto("/check-in/who5#send");
  }
  await expect(parent.getByLabel("Med dine egne ord")).toHaveValue("Hils Karen.");
  await parent.getByRole("button", { name: "Send" }).click();
  await expect(parent.getByText("Dit tal er 84 af 100.")).toBeVisible();
});

test("the contact person sees what the family chose, and nothing else", async ({ signIn }) => {
  const contact = await signIn("contact_person");
  await expect(contact.getByRole("heading", { level: 2, name: "Familien Solsort" })).toBeVisible();
  await expect(contact.getByRole("heading", { name: /^I\smorgen kl\.\s10$/ })).toBeVisible();
  await expect(contact.getByText("Familien Solsort har valgt, at du må se de næste møder.")).toBeVisible();
  await expect(contact.getByText(/Villads|Lav et cv|WHO-5|lang uge/)).toHaveCount(0);
  for (const address of ["/plan", "/meetings", "/inbox", "/families", "/numbers", "/check-in/who5"]) {
    expect((await contact.goto(address))?.status(), address).toBe(404);
  }
});

test("the project lead sees counts, and none below five", async ({ signIn }) => {
  const lead = await signIn("project_lead");
  await expect(lead.getByRole("heading", { level: 1 })).toHaveText("Tal for hele gruppen");
  const counts = await lead.locator("td.number").allTextContents();
  expect(counts).toHaveLength(10);
  expect(counts.filter((count) => count !== "skjult" && !(Number(count) >= 5))).toEqual([]);
  await expect(lead.getByText(/Solsort|Amina|Jonas/)).toHaveCount(0);
  for (const address of ["/plan", "/inbox", "/families", "/shared"]) {
    expect((await lead.goto(address))?.status(), address).toBe(404);
  }
});

test("everything is there in English when she chooses so", async ({ signIn, script }) => {
  const parent = await signIn("parent");
  await parent.getByRole("link", { name: "Mig", exact: true }).click();
  await parent.getByRole("radio", { name: "English" }).check();
  await parent.getByRole("button", { name: "Gem sprog" }).click();
  await expect(parent.locator("html")).toHaveAttribute("lang", "en");
  await parent.getByRole("link", { name: "Home", exact: true }).click();
  await expect(parent.getByRole("heading", { level: 1 })).toHaveText(/^Hello Amina\. Your next meeting is tomorrow at\s10$/);
  await parent.getByRole("link", { name: "Answer now" }).click();
  for (const at of QUESTIONS) await answer(parent, at, "All of the time").click();
  if (script) await expect(parent.getByLabel("In your own words")).toBeVisible();
  await parent.getByRole("button", { name: "Send" }).click();
  await expect(parent.getByText("Your number is 100 of 100.")).toBeVisible();
  await expect(parent.locator("a[href^='tel:']")).toHaveCount(0);

  await parent.goto("/me");
  await parent.getByRole("radio", { name: "Dansk" }).check();
  await parent.getByRole("button", { name: "Save language" }).click();
  await expect(parent.locator("html")).toHaveAttribute("lang", "da");
});
