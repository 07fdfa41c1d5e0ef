import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";
import type { Options } from "./people";

export const screens = {
  phone: { viewport: { width: 360, height: 800 }, hasTouch: true, isMobile: true },
  desktop: { viewport: { width: 1280, height: 800 }, hasTouch: false, isMobile: false },
};

const chromium =
  process.env.CHROMIUM ??
  ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

// Four of the eight ways a page can be met. Any two of database, screen and script meet in one of them, which finds what
// a single one or a pair of them breaks, in half the time (pairwise testing).
const PAIRS = /^(sqlite-phone-script|sqlite-desktop-noscript|postgres-phone-noscript|postgres-desktop-script)$/;

// Every test runs in these four, but for these.
const ELSEWHERE = [
  // Where script may run at all.
  { spec: "early-taps", in: /^(sqlite-phone|postgres-desktop)-script$/ },
  { spec: "drafts", in: /^(sqlite-phone|postgres-desktop)-script$/ },
  // Pages are the same from either database, axe is a script, and it chooses the screen by who looks.
  { spec: "axe", in: /^sqlite-phone-script$/ },
  // What is drawn and how is the style's, whatever the database.
  { spec: "charts", in: /^sqlite-(phone-script|desktop-noscript)$/ },
  // It brings a browser of its own.
  { spec: "reminders", in: /-desktop-script$/ },
  { spec: "tunnel-story", in: /-desktop-script$/ },
  // A click on what is shown is Chromium's and the desktop's, whatever the database.
  { spec: "reminders-click", in: /^sqlite-desktop-script$/ },
  // A phone loses its net, and the worker that bears it is a script; the bench kills the server on either database.
  { spec: "offline", in: /^sqlite-phone-script$/ },
  // Violations are told by a page's script and style, which both databases share.
  { spec: "csp", in: /^sqlite-.*-script$/ },
  // The parent has the phone and the staff the desktop.
  { spec: "night-story", in: /^(sqlite-phone-script|postgres-phone-noscript)$/ },
  // Where there are keys, on whatever database.
  { spec: "keyboard", in: /^sqlite-desktop-/ },
];

const file = ({ spec }: { spec: string }) => `**/${spec}.spec.ts`;

const projects = (["sqlite", "postgres"] as const).flatMap((database) =>
  (["phone", "desktop"] as const).flatMap((screen) =>
    (["script", "noscript"] as const).map((script) => {
      const name = `${database}-${screen}-${script}`;
      const here = ELSEWHERE.filter((spec) => spec.in.test(name));
      const tests = PAIRS.test(name)
        ? { testIgnore: ELSEWHERE.filter((spec) => !here.includes(spec)).map(file) }
        : { testMatch: here.map(file) };
      return { name, ...tests, use: { ...screens[screen], database, javaScriptEnabled: script === "script" } };
    }),
  ),
);

export default defineConfig<Options>({
  testDir: "tests",
  globalSetup: "./servers.ts",
  forbidOnly: Boolean(process.env.CI),
  fullyParallel: true,
  workers: 2,
  // A guard against a test that hangs, not a measure: a machine may be slow.
  timeout: 120_000,
  reporter: process.env.CI ? "line" : "list",
  projects,
  use: {
    locale: "da-DK",
    timezoneId: "Europe/Copenhagen",
    screenshot: "only-on-failure",
    // A test that cuts or changes what a page asks for sees it only where no worker stands between; those that are about
    // the worker ask for it.
    serviceWorkers: "block",
    // Pages that slide into each other only take time here.
    contextOptions: { reducedMotion: "reduce" },
    launchOptions: {
      executablePath: chromium,
      args: [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-quic",
        "--disable-sync",
        "--no-first-run",
        // Chromium has no sandbox for root.
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      ],
    },
  },
});
