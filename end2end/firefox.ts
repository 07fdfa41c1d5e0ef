// A real Firefox that is reached through a push service of ours.
import puppeteer, { type Page } from "puppeteer-core";
import { required } from "./program";
import type { PushService } from "./push-service";

export const launchFirefox = (service: PushService) =>
  puppeteer.launch({
    browser: "firefox",
    executablePath: required("FIREFOX"),
    headless: true,
    extraPrefsFirefox: {
      "dom.push.connection.enabled": true,
      "dom.push.serverURL": service.origin.replace("http", "ws"),
      "dom.push.testing.allowInsecureServerURL": true,
      "dom.push.testing.ignorePermission": true,
      "permissions.default.desktop-notification": 1,
      // No desktop stands behind it here that would show them.
      "alerts.useSystemBackend": false,
      "intl.accept_languages": "da",
    },
  });

/** Presses something that leads to another page. */
export async function press(page: Page, selector: string) {
  await Promise.all([page.waitForNavigation(), page.click(selector)]);
}
