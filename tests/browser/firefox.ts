import { existsSync } from "node:fs";
import { type Browser, type Page, launch } from "puppeteer-core";
import { type CallingDevice, type Scripted, askFromPage } from "./calling-device.ts";
import { watchCalls } from "./watch-calls.ts";

const pressTimeoutMs = 20_000;

/** Debian's Firefox, or the one that FIREFOX_PATH names. */
export function firefoxPath(): string {
  return process.env["FIREFOX_PATH"] ?? "/usr/bin/firefox-esr";
}

export function whyNoFirefox(): string | null {
  return existsSync(firefoxPath()) ? null : `There is no Firefox at ${firefoxPath()}.`;
}

/**
 * A Firefox as people have it. Playwright knows only one of its own making, and of others the newest,
 * so another driver is used, by the standard that both browsers know (WebDriver BiDi).
 *
 * @param preferences beside those of every test
 */
export function launchFirefox(preferences: Record<string, unknown> = {}): Promise<Browser> {
  return launch({
    browser: "firefox",
    executablePath: firefoxPath(),
    headless: true,
    // Holds for TURN over TLS too.
    acceptInsecureCerts: true,
    extraPrefsFirefox: {
      // A tone and a moving picture, without a question.
      "media.navigator.streams.fake": true,
      "media.navigator.permission.disabled": true,
      "media.autoplay.default": 0,
      "media.autoplay.blocking_policy": 0,
      // The server is on this machine.
      "media.peerconnection.ice.loopback": true,
      "ui.prefersReducedMotion": 1,
      ...preferences,
    },
  });
}

export interface FirefoxDevice extends CallingDevice {
  close(): Promise<void>;
}

/** A device in a profile of its own. */
export async function firefoxDevice(
  browser: Browser,
  origin: string,
  handle: string,
): Promise<FirefoxDevice> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width: 390, height: 844 });
  const scripted = scriptedBy(page);
  await watchCalls(scripted);
  await scripted.addInitScript(keepFrames);
  return {
    ...scripted,
    handle,
    ask: askFromPage(scripted),
    open: async (path) => void (await page.goto(new URL(path, origin).href)),
    press: (name) =>
      page
        .locator(`::-p-aria([name="${name}"][role="button"])`)
        .setTimeout(pressTimeoutMs)
        .click({ delay: 50 }),
    text: () => page.evaluate(() => document.body.innerText),
    frames: () => page.evaluate(() => window.ringfenceFrames),
    close: () => context.close(),
  };
}

function scriptedBy(page: Page): Scripted {
  return {
    addInitScript: (script, value) => page.evaluateOnNewDocument(script as Script, value),
    evaluate: (script, value) => page.evaluate(script as Script, value),
  } as Scripted;
}

type Script = (value: unknown) => unknown;

declare global {
  interface Window {
    ringfenceFrames: string[];
  }
}

/** For a page to run before its own scripts. The driver sees no WebSocket. */
function keepFrames(): void {
  const frames: string[] = [];
  window.ringfenceFrames = frames;
  window.WebSocket = class extends WebSocket {
    constructor(...parameters: ConstructorParameters<typeof WebSocket>) {
      super(...parameters);
      this.addEventListener("message", ({ data }: MessageEvent<string>) => frames.push(data));
    }
    override send(data: Parameters<WebSocket["send"]>[0]): void {
      if (typeof data === "string") frames.push(data);
      super.send(data);
    }
  };
}
