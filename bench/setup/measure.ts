import { setTimeout as wait } from "node:timers/promises";
import type { Device } from "./device.ts";
import type { Moment, Notes } from "./notes.ts";
import { type Order, orders } from "./order.ts";
import type { TwoPeople } from "./two-people.ts";

/** From the ring until somebody has reached for the device and seen who it is. */
const reachForMs = 2_000;
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

/** So many calls of each order, by turns: what disturbs the machine for a while disturbs them all. */
export async function measureCalls(
  people: TwoPeople,
  calls: number,
  signal: AbortSignal,
): Promise<SetUp[]> {
  const measured: SetUp[] = [];
  // The first ring of a person asks a question, and whatever is done first is done slowly.
  await measureCall(people, "warm", { isFirst: true });
  for (let call = 0; call < calls; call++) {
    for (const order of orders) {
      signal.throwIfAborted();
      measured.push(await measureCall(people, order));
    }
  }
  return measured;
}

async function measureCall(
  { caller, callee }: TwoPeople,
  order: Order,
  { isFirst = false } = {},
): Promise<SetUp> {
  try {
    await Promise.all([caller.begin(order), callee.begin(order)]);
    await caller.press("Audio call");
    if (isFirst) await caller.press("Ring now");
    await untilText(callee, "Accept");
    await wait(reachForMs);
    await callee.press("Accept");
    const [ofCaller, ofCallee] = await Promise.all([
      caller.notes(soundTimeoutMs),
      callee.notes(soundTimeoutMs),
    ]);
    await callee.press("Hang up");
    await untilText(caller, "Hang up", false);
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

async function untilText(device: Device, text: string, isWanted = true): Promise<void> {
  const until = performance.now() + stepTimeoutMs;
  while ((await device.text()).includes(text) !== isWanted) {
    if (performance.now() > until) throw new Error(`"${text}" was waited for in vain`);
    await wait(lookMs);
  }
}
