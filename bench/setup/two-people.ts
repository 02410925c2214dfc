import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { becomeCallable, chromiumDevice } from "../../tests/browser/calling-device.ts";
import { chromiumArguments, chromiumPath } from "../../tests/browser/chromium.ts";
import { openDevice } from "../../tests/browser/people.ts";
import { startServer } from "../../tests/browser/server.ts";
import type { Make } from "../../tests/browser/test.ts";
import { type LinkedHost, openLaboratory } from "../../tests/network/laboratory.ts";
import { type Device, deviceOf } from "./device.ts";
import { firefoxIn } from "./far-device.ts";
import { keepNotes } from "./notes.ts";
import { keepOrder } from "./order.ts";
import { makeTone } from "./tone.ts";

export interface TwoPeople extends AsyncDisposable {
  readonly both: readonly [Device, Device];
  /** Such as "Chromium 156.0". */
  readonly browser: string;
}

type OpenedDevice = Device & AsyncDisposable & { readonly browser: string };

/** Two people with a browser each, and so far from the server; each may always ring the other. */
export async function twoPeople(make: Make, oneWayMs: number): Promise<TwoPeople> {
  await using opened = new AsyncDisposableStack();
  const lab = opened.use(await openLaboratory({ oneWayMs }));
  const { serverAddress: host } = lab;
  const spawn = lab.server.spawn.bind(lab.server);
  const { origin } = opened.use(await startServer({ host, name: host, spawn }));
  const open = make === "Chromium" ? chromiumIn : firefoxIn;
  const [alice, bob] = await Promise.all([
    open(lab.alice, origin, "alice").then((device) => opened.use(device)),
    open(lab.bob, origin, "bob").then((device) => opened.use(device)),
  ]);
  await becomeCallable(alice, bob);
  // Without it the rings of one evening would be quiet ones in the end.
  for (const [person, { handle }] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    await person.ask("PUT", `/api/people/${handle}/grant`, { choice: "always" });
  }
  const owned = opened.move();
  const dispose = () => owned.disposeAsync();
  return { both: [alice, bob], browser: alice.browser, [Symbol.asyncDispose]: dispose };
}

async function chromiumIn(host: LinkedHost, origin: string, handle: string): Promise<OpenedDevice> {
  await using opened = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), "ringfence-bench-"));
  opened.defer(() => rmSync(directory, { recursive: true }));
  const tone = join(directory, "tone.wav");
  writeFileSync(tone, makeTone());
  const browser = await chromium.launch({
    executablePath: host.executable(chromiumPath()),
    args: [
      ...chromiumArguments,
      `--use-file-for-fake-audio-capture=${tone}`,
      // As good as HTTPS, without which a page may open no microphone.
      `--unsafely-treat-insecure-origin-as-secure=${origin}`,
    ],
  });
  opened.use(browser);
  const page = chromiumDevice(await openDevice(browser, origin, handle));
  await page.addInitScript(keepNotes);
  await page.addInitScript(keepOrder);
  const owned = opened.move();
  return {
    ...deviceOf(page),
    browser: `Chromium ${browser.version()}`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
