// Reads a QR code as a camera would.
import type { Locator } from "@playwright/test";
import decode from "jsqr";
import { PNG } from "pngjs";

export async function scan(code: Locator): Promise<string | undefined> {
  const picture = PNG.sync.read(await code.screenshot());
  return decode(new Uint8ClampedArray(picture.data), picture.width, picture.height)?.data;
}
