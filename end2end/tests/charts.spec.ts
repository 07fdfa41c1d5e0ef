// Drawings of numbers: seen in daylight, in the dark and on paper, and told by a table that says the same.
import type { Locator } from "@playwright/test";
import { expect, test } from "../people";

type Rgb = [number, number, number];

/** Relative luminance (WCAG 2.2). */
function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast ratio (WCAG 2.2). */
function contrast(one: Rgb, other: Rgb): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** The colour in which something is drawn, and that of what lies behind it. */
const colours = (drawn: Locator, property: "fill" | "stroke" | "color"): Promise<[Rgb, Rgb]> =>
  drawn.evaluate((element, property) => {
    const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;
    const over = (below: string, colour: string) => {
      paint.fillStyle = below;
      paint.fillRect(0, 0, 1, 1);
      paint.fillStyle = colour;
      paint.fillRect(0, 0, 1, 1);
      return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3) as [number, number, number];
    };
    const behind: string[] = [];
    for (let at: Element | null = element; at; at = at.parentElement) behind.unshift(getComputedStyle(at).backgroundColor);
    const ground = behind.reduce((below, colour) => `rgb(${over(below, colour).join()})`, "white");
    return [over(ground, getComputedStyle(element).getPropertyValue(property)), over(ground, "transparent")] as [Rgb, Rgb];
  }, property);

for (const [where, media] of [
  ["in daylight", { colorScheme: "light", media: "screen" }],
  ["in the dark", { colorScheme: "dark", media: "screen" }],
  ["on paper", { colorScheme: "light", media: "print" }],
  ["on paper from a dark screen", { colorScheme: "dark", media: "print" }],
] as const) {
  test(`a chart is seen ${where}`, async ({ signIn }) => {
    const parent = await signIn("parent");
    await parent.emulateMedia(media);
    await parent.goto("/check-ins");
    const chart = parent.locator("figure.chart").first();
    const dots = await chart.locator("circle").count();
    expect(dots, "a line has two ends").toBeGreaterThan(1);
    for (const [what, property, least] of [
      ["polyline", "stroke", 3],
      [".last circle", "stroke", 3],
      [".plot > text", "fill", 4.5],
      [".last text", "fill", 4.5],
      [".ends span", "color", 4.5],
    ] as const) {
      const [drawn, ground] = await colours(chart.locator(what).first(), property);
      expect(contrast(drawn, ground), `${what} ${where}`).toBeGreaterThanOrEqual(least);
      if (media.media === "print") expect(luminance(ground), "paper is white").toBeGreaterThan(0.9);
    }
    const cut = await chart.evaluate((figure) => figure.scrollWidth > figure.clientWidth + 1);
    expect(cut, "nothing of it is cut").toBe(false);

    const table = chart.locator("table");
    if (media.media === "screen") {
      await expect(table).toBeHidden();
      await chart.locator("summary").click();
    }
    await expect(table).toBeVisible();
    await expect(table.locator("tbody tr")).toHaveCount(dots);
    const last = table.locator("tbody tr").last().locator("td");
    await expect(last).toHaveText(await chart.locator(".last text").innerHTML());
  });
}

test("the inbox draws the way to each answer small, and says it", async ({ signIn }) => {
  const adviser = await signIn("adviser");
  for (const colorScheme of ["light", "dark"] as const) {
    await adviser.emulateMedia({ colorScheme });
    await adviser.goto("/inbox");
    const spark = adviser.locator("svg.spark").first();
    await expect(spark).toHaveAccessibleName(/\d/);
    const [drawn, ground] = await colours(spark, "stroke");
    expect(contrast(drawn, ground), colorScheme).toBeGreaterThanOrEqual(3);
  }
});
