/**
 * A program of its own, because what drives Firefox speaks to it over the network, and Firefox is in
 * another: a device of a person, which reads what to do from its input, a line each, and writes what
 * came of it.
 */
import { createInterface } from "node:readline";
import { firefoxDevice, launchFirefox } from "../../tests/browser/firefox.ts";
import { deviceOf } from "./device.ts";
import type { Outcome, Request } from "./far-device.ts";
import { keepNotes } from "./notes.ts";
import { keepOrder } from "./order.ts";

const [origin = "", handle = ""] = process.argv.slice(2);
const browser = await launchFirefox({
  // As good as HTTPS, without which a page has no keys and may open no microphone.
  "dom.securecontext.allowlist": new URL(origin).hostname,
});
const page = await firefoxDevice(browser, origin, handle);
await page.addInitScript(keepNotes);
await page.addInitScript(keepOrder);
const device = deviceOf(page);
// The driver says "firefox/153.0".
write({ result: (await browser.version()).replace(/^firefox\//i, "Firefox ") });

for await (const line of createInterface(process.stdin)) {
  const { method, parameters } = JSON.parse(line) as Request;
  try {
    const act = device[method] as (...all: readonly unknown[]) => Promise<unknown>;
    write({ result: await act(...parameters) });
  } catch (error) {
    write({ failure: (error as Error).message });
  }
}
await browser.close();

function write(outcome: Outcome): void {
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}
