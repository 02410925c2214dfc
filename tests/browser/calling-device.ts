import { type Page, expect } from "@playwright/test";
import {
  type Ask,
  type Asking,
  type PersonAtDevice,
  createAccount,
  letEachOtherRing,
  ring,
} from "./people.ts";
import { mediaFiguresOf } from "./watch-calls.ts";

/** A person at a browser of any make, as far as a call needs it. */
export interface CallingDevice extends Asking, Scripted {
  /** Opens a page of the server, by its path. */
  open(path: string): Promise<void>;
  /** Presses the button of this name once it is there and takes input. */
  press(button: string): Promise<void>;
  /** What can be read on the page. */
  text(): Promise<string>;
  /** Every frame of text that crossed the WebSocket of this page, both ways. */
  frames(): Promise<readonly string[]>;
}

export interface Scripted {
  /** Before the scripts of every page that is opened from now on. */
  addInitScript<Value>(script: (value: Value) => void, value?: Value): Promise<unknown>;
  evaluate<Result, Value>(
    script: (value: Value) => Promise<Result>,
    value?: Value,
  ): Promise<Result>;
}

/** Chromium, by Playwright. */
export interface ChromiumDevice extends CallingDevice {
  readonly page: Page;
}

export function chromiumDevice(person: PersonAtDevice): ChromiumDevice {
  const { handle, context, page, frames } = person;
  const scripted = {
    addInitScript: context.addInitScript.bind(context),
    evaluate: page.evaluate.bind(page),
  } as Scripted;
  return {
    ...scripted,
    handle,
    page,
    ask: askFromPage(scripted),
    open: async (path) => void (await page.goto(path)),
    press: (name) => page.getByRole("button", { name, exact: true }).click({ delay: 50 }),
    text: () => page.locator("body").innerText(),
    frames: async () => frames,
  };
}

/** By a page of the server, which has to be open: also where this process does not reach it. */
export function askFromPage(page: Scripted): Ask {
  return async (method, path, body) => {
    const problem = await page.evaluate(
      async (question) => {
        const response = await fetch(question.path, {
          method: question.method,
          headers: { "content-type": "application/json" },
          ...(question.body && { body: JSON.stringify(question.body) }),
        });
        return response.ok ? null : response.text();
      },
      { method, path, body },
    );
    if (problem !== null) throw new Error(`${method} ${path}: ${problem}`);
  };
}

type OpeningDevice = Asking & Pick<CallingDevice, "open">;

/** Two people who may ring each other, each looking at the conversation with the other. */
export async function becomeCallable(one: OpeningDevice, other: OpeningDevice): Promise<void> {
  for (const device of [one, other]) {
    await device.open("/sign-in");
    await createAccount(device);
  }
  await letEachOtherRing(one, other);
  await one.open(`/messages/@${other.handle}`);
  await other.open(`/messages/@${one.handle}`);
}

/** A video call that both see and hear. */
export async function callByVideo(caller: CallingDevice, callee: CallingDevice): Promise<void> {
  await caller.press("Video call");
  // The first ring of a person asks whether one would rather write.
  await caller.press("Ring now");
  await callee.press("Accept with video");
  for (const device of [caller, callee]) {
    const sees = async () => (await mediaFiguresOf(device)).framesDecoded > 5;
    await expect.poll(sees, { message: `${device.handle} sees`, timeout: 20_000 }).toBe(true);
    await expectToHear(device);
  }
}

/** An audio call that both hear. */
export async function callByAudio(caller: ChromiumDevice, callee: ChromiumDevice): Promise<void> {
  await ring(caller, "Audio call");
  await callee.press("Accept");
  for (const device of [caller, callee]) await expectToHear(device);
}

/** Silence would be as many packets without energy, so a tone is listened for. */
async function expectToHear(device: CallingDevice): Promise<void> {
  const hears = async () => {
    const { audioPacketsReceived, audioEnergy } = await mediaFiguresOf(device);
    return audioPacketsReceived > 20 && audioEnergy > 0;
  };
  await expect.poll(hears, { message: `${device.handle} hears`, timeout: 20_000 }).toBe(true);
}
