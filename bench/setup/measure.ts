import { setTimeout as wait } from "node:timers/promises";
import type { Device } from "./device.ts";
import type { Moment, Notes } from "./notes.ts";
import { type Order, orders } from "./order.ts";
import type { TwoPeople } from "./two-people.ts";

/** From the ring until somebody has reached for the device and seen who it is. */
const reachForMs = 1_500;
const soundTimeoutMs = 15_000;
const stepTimeoutMs = 20_000;
const lookMs = 50;

/** One call, in milliseconds after the callee's tap. */
export type SetUp =
  | {
      readonly order: Order;
      /** When the first of the other's sound was heard. */
      readonly caller: number;
      readonly callee: number;
      /** When the moments of each side's page were, as far as they were seen. */
      readonly moments: Readonly<Record<"caller" | "callee", Notes>>;
    }
  | { readonly order: Order; readonly failure: string };

/** Two people may ring each other five times each at once: then others must. */
export const roundsOfTwoPeople = 3;

/** So many calls of each order, by turns: what disturbs the machine for a while disturbs them all. */
export async function measureRounds(
  { both: [one, other] }: TwoPeople,
  rounds: number,
  signal: AbortSignal,
): Promise<SetUp[]> {
  const measured: SetUp[] = [];
  // Whatever is done first is done slowly.
  const first = await measureCall({ caller: other, callee: one }, "warm");
  if ("failure" in first) throw new Error(`The first call: ${first.failure}`);
  for (let call = 0; call < rounds * orders.length; call++) {
    signal.throwIfAborted();
    const [caller, callee] = call % 2 === 0 ? [one, other] : [other, one];
    measured.push(await measureCall({ caller, callee }, orders[call % orders.length] ?? "warm"));
  }
  return measured;
}

interface Sides {
  readonly caller: Device;
  readonly callee: Device;
}

async function measureCall({ caller, callee }: Sides, order: Order): Promise<SetUp> {
  try {
    await Promise.all([caller.begin(order), callee.begin(order)]);
    await ring(caller);
    await untilText(callee, /\bAccept\b/);
    await wait(reachForMs);
    await callee.press("Accept");
    const [ofCaller, ofCallee] = await Promise.all([
      caller.notes(soundTimeoutMs),
      callee.notes(soundTimeoutMs),
    ]);
    await callee.press("Hang up");
    await Promise.all([caller, callee].map(leaveEnded));
    return judge(order, ofCaller, ofCallee);
  } catch (error) {
    return { order, failure: (error as Error).message };
  }
}

function judge(order: Order, ofCaller: Notes, ofCallee: Notes): SetUp {
  const { tap } = ofCallee;
  if (tap === undefined) return { order, failure: "no tap was seen" };
  const after = (notes: Notes): Notes =>
    Object.fromEntries(
      Object.entries(notes).map(([moment, at]) => [moment, Math.round(at - tap)] as const),
    ) as Partial<Record<Moment, number>>;
  const moments = { caller: after(ofCaller), callee: after(ofCallee) };
  const { caller, callee } = moments;
  if (caller.sound === undefined || callee.sound === undefined) {
    return { order, failure: `no sound was heard within ${soundTimeoutMs / 1_000} s` };
  }
  return { order, caller: caller.sound, callee: callee.sound, moments };
}

/** Who has not rung a person for long is asked whether a word would do. */
async function ring(caller: Device): Promise<void> {
  await caller.press("Audio call");
  const text = await untilText(caller, /Ring now|Cancel call/);
  if (text.includes("Ring now")) await caller.press("Ring now");
}

/** What ended stays on the page until it was read. */
async function leaveEnded(device: Device): Promise<void> {
  await untilText(device, /^(?![^]*Hang up)/);
  // It may go in the middle of the tap; what counts is that it is gone.
  void device.press("Close").catch(() => {});
  await untilText(device, /^(?![^]*Call ended)/);
}

/** @returns what can be read then */
async function untilText(device: Device, wanted: RegExp): Promise<string> {
  const until = performance.now() + stepTimeoutMs;
  for (;;) {
    const text = await device.text();
    if (wanted.test(text)) return text;
    if (performance.now() > until) throw new Error(`${wanted} was waited for in vain`);
    await wait(lookMs);
  }
}
