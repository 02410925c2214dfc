import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
  expect,
} from "@playwright/test";
import type { CallSettingsChange } from "@ringfence/protocol";
import { watchCalls } from "./watch-calls.ts";

export const password = "correct horse battery";

/** Asks the API with a browser's cookie, as its own page would. */
export type Ask = (method: string, path: string, body?: object) => Promise<void>;

/** Somebody in whose name the API is asked. */
export interface Asking {
  handle: string;
  ask: Ask;
}

/** A person at one device: a browser profile of their own, and everything its socket said. */
export interface PersonAtDevice extends Asking {
  origin: string;
  context: BrowserContext;
  page: Page;
  /** Every frame of text that crossed the WebSocket, both ways. */
  frames: string[];
}

export async function openDevice(
  browser: Browser,
  origin: string,
  handle: string,
  options: BrowserContextOptions = {},
): Promise<PersonAtDevice> {
  const context = await browser.newContext({
    baseURL: origin,
    permissions: ["camera", "microphone"],
    viewport: { width: 390, height: 844 },
    reducedMotion: "reduce",
    ...options,
  });
  await watchCalls(context);
  const page = await context.newPage();
  const frames: string[] = [];
  page.on("websocket", (socket) => {
    socket.on("framesent", ({ payload }) => frames.push(String(payload)));
    socket.on("framereceived", ({ payload }) => frames.push(String(payload)));
  });
  return { handle, origin, context, page, frames, ask: askBesidePage(context, origin) };
}

/** Up to the page that shows the recovery code. */
export async function typeSignUp({ page, handle }: PersonAtDevice): Promise<void> {
  await page.goto("/sign-up");
  await page.getByLabel("Handle").fill(handle);
  await page.getByLabel("Display name").fill(nameOf(handle));
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
}

export async function signUp(person: PersonAtDevice): Promise<void> {
  const { page } = person;
  await typeSignUp(person);
  await keepRecoveryCode(page);
  await page.waitForURL("**/messages");
}

/** The page after signing up. */
export async function keepRecoveryCode(page: Page): Promise<void> {
  await page.getByRole("button", { name: "I have kept it" }).click();
}

export async function signIn({ page, handle }: PersonAtDevice): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("Handle").fill(handle);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/messages");
}

export async function follow({ page }: PersonAtDevice, other: string): Promise<void> {
  await page.goto(`/people/@${other}`);
  const button = page.getByRole("button", { name: "Follow", exact: true });
  await button.click();
  await expect(page.getByRole("button", { name: /^Follow/, pressed: true })).toBeVisible();
}

export async function write({ page }: PersonAtDevice, other: string, text: string): Promise<void> {
  await page.goto(`/messages/@${other}`);
  await page.getByLabel("Message").fill(text);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page.getByRole("log").getByText(text, { exact: true })).toBeVisible();
}

/** The first-use card, which the first entered conversation brings. */
export async function turnOnCallsForMutuals({ page }: PersonAtDevice): Promise<void> {
  await page.getByRole("button", { name: "Turn on calls for mutuals" }).click();
  await expect(page.getByRole("button", { name: "Turn on calls for mutuals" })).toBeHidden();
}

/** Taps one of the two buttons and, where this is the first ring of that person, *Ring now* too. */
export async function ring(
  { page }: Pick<PersonAtDevice, "page">,
  button: "Audio call" | "Video call",
): Promise<void> {
  await page.getByRole("button", { name: button, exact: true }).click();
  const ringNow = page.getByRole("button", { name: "Ring now" });
  await expect(ringNow.or(page.getByRole("region", { name: "Call", exact: true }))).toBeVisible();
  if (await ringNow.isVisible()) await ringNow.click();
}

/** Two people who may ring each other, by every step that people take, on the pages. */
export async function becomeMutualsByHand(
  one: PersonAtDevice,
  other: PersonAtDevice,
): Promise<void> {
  await Promise.all([signUp(one), signUp(other)]);
  await Promise.all([follow(one, other.handle), follow(other, one.handle)]);
  await write(one, other.handle, `Hello ${nameOf(other.handle)}`);
  await write(other, one.handle, `Hello ${nameOf(one.handle)}`);
  await Promise.all([turnOnCallsForMutuals(one), turnOnCallsForMutuals(other)]);
  await expectToBeCallable(one, other);
}

/** The same by the API, in a moment: two people, each looking at the conversation with the other. */
export async function becomeMutuals(one: PersonAtDevice, other: PersonAtDevice): Promise<void> {
  await Promise.all([one, other].map(createAccount));
  await letEachOtherRing(one, other);
  await Promise.all([
    one.page.goto(`/messages/@${other.handle}`),
    other.page.goto(`/messages/@${one.handle}`),
  ]);
  await expectToBeCallable(one, other);
}

/**
 * Two people who have written to each other and chosen nothing yet, by the API: each looks at the
 * conversation with the other, in which they may ask.
 */
export async function becomeAcquainted(one: PersonAtDevice, other: PersonAtDevice): Promise<void> {
  await Promise.all([one, other].map(createAccount));
  await say(one, other.handle);
  await say(other, one.handle);
  await Promise.all([
    one.page.goto(`/messages/@${other.handle}`),
    other.page.goto(`/messages/@${one.handle}`),
  ]);
  for (const { page } of [one, other]) {
    await expect(page.getByRole("button", { name: "Ask to call" })).toBeVisible();
  }
}

/** A first message, by the API. */
export function say({ ask }: Asking, to: string): Promise<void> {
  const message = { clientMessageId: crypto.randomUUID(), text: `Hello ${nameOf(to)}` };
  return ask("POST", `/api/conversations/${to}/messages`, message);
}

/** By the API. */
export function createAccount({ handle, ask }: Asking): Promise<void> {
  return ask("POST", "/api/accounts", { handle, displayName: nameOf(handle), password });
}

/** By the API: two who have an account follow each other, write, and turn calls on for mutuals. */
export async function letEachOtherRing(one: Asking, other: Asking): Promise<void> {
  for (const [person, { handle }] of [
    [one, other],
    [other, one],
  ] as const) {
    await person.ask("PUT", `/api/people/${handle}/follow`);
    await say(person, handle);
    await chooseCalls(person, { calling: "on", audiences: ["mutuals"] });
  }
}

/** Changes who may ring this person, by the API. */
export function chooseCalls({ ask }: Asking, change: CallSettingsChange): Promise<void> {
  return ask("PATCH", "/api/settings/calls", change);
}

async function expectToBeCallable(...people: PersonAtDevice[]): Promise<void> {
  for (const { page } of people) {
    await expect(page.getByRole("button", { name: "Audio call", exact: true })).toBeVisible();
  }
}

/** With the browser's cookie, but by this process. */
function askBesidePage({ request }: BrowserContext, origin: string): Ask {
  return async (method, path, data) => {
    const options = { method, headers: { origin }, ...(data && { data }) };
    const response = await request.fetch(path, options);
    if (!response.ok()) throw new Error(`${method} ${path}: ${await response.text()}`);
  };
}

export function nameOf(handle: string): string {
  return handle.charAt(0).toUpperCase() + handle.slice(1);
}
