import { decide } from "@ringfence/policy";
import type { CallSettingsChange } from "@ringfence/protocol";
import { pairFacts } from "../../apps/server/src/calls/pair-facts.ts";
import { Buttons } from "../../apps/server/src/people/buttons.ts";
import { changeCallSettings } from "../../apps/server/src/settings/call-settings.ts";
import { settingsColumnsOf } from "../../apps/server/src/settings/settings-columns.ts";
import { previewCallSettings } from "../../apps/server/src/who-may-ring/preview.ts";
import { listWhoMayRing } from "../../apps/server/src/who-may-ring/who-may-ring.ts";
import type { Community } from "./community.ts";

/** How long something took, in milliseconds. */
export interface Figure {
  readonly what: string;
  readonly median: number;
  /** 99 of 100 took at most so long. */
  readonly p99: number;
  /** Time of the processor for one, on average: what else the machine does is not in it. */
  readonly processor: number;
  /** The longest turn of the event loop: for so long nobody else was served. Time of the processor. */
  readonly longestTurn: number;
}

export interface Repetitions {
  readonly decisions: number;
  readonly lists: number;
}

/** Measures everything, one after the other. */
export async function measure(
  community: Community,
  { decisions, lists }: Repetitions,
): Promise<Figure[]> {
  const { store, pairs, popular, now } = community;
  let turn = 0;
  const decideOne = async () => {
    const pair = pairs[(turn++ * 7919) % pairs.length];
    if (pair === undefined) throw new Error("there are no pairs");
    decide({ ...pair, kind: "audio" }, await pairFacts(store.db, pair, now), now);
  };
  const firstPage = () => listWhoMayRing(store.db, popular, undefined, now);
  const change = { audiences: ["people-i-follow"] } as const satisfies CallSettingsChange;
  const preview = () => previewCallSettings(store.db, popular, { audiences: ["mutuals"] }, now);

  const figures = [await timed("a decision with its facts", decisions, decideOne)];
  await choose(community, { audiences: ["mutuals"] });
  figures.push(await timed("who can ring, first page: one in a hundred may", lists, firstPage));
  await choose(community, change);
  figures.push(
    await timed("who can ring, first page: nearly all may", lists, firstPage),
    await timed("preview of a change that concerns nearly all", lists, preview),
    await timed("everybody's button moved, all pages open", Math.ceil(lists / 25), () =>
      moveAllButtons(community),
    ),
  );
  return figures;
}

async function choose({ store, popular }: Community, change: CallSettingsChange): Promise<void> {
  const columns = settingsColumnsOf({ fading: false, ...change });
  await store.write(({ db }) =>
    db.updateTable("account").set(columns).where("id", "=", popular).execute(),
  );
}

const isAnybodyOpen = async () => true;

/** Switches calls off and on again: every button goes and comes back. */
async function moveAllButtons({ store, popular }: Community): Promise<void> {
  await using buttons = new Buttons({ store, isOpen: isAnybodyOpen, logError: console.error });
  const concerned = { buttons, calls: { settingsChanged: async () => {} } };
  for (const calling of ["off", "on"] as const) {
    await store.write((write) => changeCallSettings(write, concerned, popular, { calling }));
    await buttons.settled();
  }
}

async function timed(
  what: string,
  repetitions: number,
  work: () => Promise<unknown>,
): Promise<Figure> {
  // Statements are prepared and code is compiled by the first ones.
  for (let number = 0; number < Math.ceil(repetitions / 10); number++) await work();
  const times: number[] = [];
  const processorBefore = processorTime();
  using turns = watchTurns();
  for (let number = 0; number < repetitions; number++) {
    const startedAt = performance.now();
    await work();
    times.push(performance.now() - startedAt);
    // Others would have their turn between two requests.
    if (number % 100 === 0) await turns.next();
  }
  const processor = (processorTime() - processorBefore) / repetitions;
  await turns.next();
  const sorted = times.toSorted((one, other) => one - other);
  const quantile = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return {
    what,
    median: quantile(0.5),
    p99: quantile(0.99),
    processor,
    longestTurn: turns.longest(),
  };
}

/** Of this process, in milliseconds: what else the machine does is not in it. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** The longest that a turn of the event loop took. */
function watchTurns() {
  let longest = 0;
  let isOver = false;
  let last = processorTime();
  let onTurn: (() => void)[] = [];
  const turn = () => {
    const at = processorTime();
    longest = Math.max(longest, at - last);
    last = at;
    for (const resolve of onTurn) resolve();
    onTurn = [];
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  return {
    longest: () => longest,
    next: () => new Promise<void>((resolve) => void onTurn.push(resolve)),
    [Symbol.dispose]: () => void (isOver = true),
  };
}
