import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";
import type { Options } from "./people";

export const screens = {
  phone: { viewport: { width: 360, height: 800 }, hasTouch: true, isMobile: true },
  desktop: { viewport: { width: 1280, height: 800 } },
};

const chromium =
  process.env.CHROMIUM ??
  ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

// Every test runs on both databases, on a phone and on a desktop, with script and without; but for these.
const ONLY = [
  // Where script may run at all.
  { spec: "early-taps", in: /-script$/ },
  { spec: "drafts", in: /-script$/ },
  // Pages are the same from either database, and axe is a script.
  { spec: "axe", in: /^sqlite-.*-script$/ },
  // What is drawn and how is the style's, whatever the database.
  { spec: "charts", in: /^sqlite-/ },
  // It brings a browser of its own.
  { spec: "reminders", in: /-desktop-script$/ },
  { spec: "tunnel-story", in: /-desktop-script$/ },
  // A click on what is shown is Chromium's and the desktop's, whatever the database.
  { spec: "reminders-click", in: /^sqlite-desktop-script$/ },
  // A phone loses its net, and the worker that bears it is a script.
  { spec: "offline", in: /-phone-script$/ },
  // Violations are told by a page's script and style, which both databases share.
  { spec: "csp", in: /^sqlite-.*-script$/ },
  // The parent has the phone and the staff the desktop.
  { spec: "night-story", in: /-phone-/ },
  // Where there are keys, on whatever database.
  { spec: "keyboard", in: /^sqlite-desktop-/ },
];

const projects = (["sqlite", "postgres"] as const).flatMap((database) =>
  (["phone", "desktop"] as const).flatMap((screen) =>
    (["script", "noscript"] as const).map((script) => {
      const name = `${database}-${screen}-${script}`;
      return {
        name,
        testIgnore: ONLY.filter((only) => !only.in.test(name)).map((only) => `**/${only.spec}.spec.ts`),
        use: { ...screens[screen], database, javaScriptEnabled: script === "script" },
      };
    }),
  ),
);

export default defineConfig<Options>({
  testDir: "tests",
  globalSetup: "./servers.ts",
  forbidOnly: Boolean(process.env.CI),
  fullyParallel: true,
  workers: 2,
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
