import { setTimeout as wait } from "node:timers/promises";
import { childrenOf } from "../../apps/server/src/cli/test-children.ts";
import type { PeopleIn } from "../../tests/browser/people-at-home.ts";
import type { Laboratory, LinkedHost } from "../../tests/network/laboratory.ts";
import { now } from "./listener.ts";

/** A call in which something is to break. */
interface Scene {
  readonly people: PeopleIn<Laboratory>;
  /** Whose link it is, where it is one's link. */
  readonly near: LinkedHost;
}

export interface Fault {
  readonly title: string;
  /**
   * `back`: how long until sound is back, from the moment that `inflict` tells. `gap`: the longest time
   * without any sound, from that moment on. Nothing should be noticed then.
   */
  readonly measure: "back" | "gap";
  readonly targetMs: number;
  /** @returns when the time begins that is measured: a time of `now` */
  readonly inflict: (scene: Scene) => Promise<number>;
}

/** A gap that is not more is what ordinary sound has, with the looks at it 20 ms apart. */
const unnoticedMs = 200;
/** Long enough that attempts to connect again are made in vain first. */
const webSocketGoneMs = 3_000;

export const faults = {
  nothing: {
    title: "Nothing, for comparison",
    measure: "gap",
    targetMs: unnoticedMs,
    inflict: async () => now(),
  },
  websocket: {
    title: "The WebSocket is closed, and no other can be opened for 3 s",
    measure: "gap",
    targetMs: unnoticedMs,
    inflict: async ({ people, near }) => {
      const since = now();
      await people.net.server.run("ss", ["--kill", "--tcp", "dst", near.address]);
      await near.cut("tcp");
      await wait(webSocketGoneMs);
      await near.restore();
      return since;
    },
  },
  application: {
    title: "The application is killed",
    measure: "gap",
    targetMs: unnoticedMs,
    inflict: async ({ people }) => kill(people, "application"),
  },
  address: {
    title: "The address changes",
    measure: "back",
    targetMs: 3_500,
    inflict: async ({ near }) => {
      const since = now();
      await near.changeAddress();
      return since;
    },
  },
  "outage-4s": outage(4_000, 1_000),
  "outage-12s": outage(12_000, 1_000),
  "outage-35s": outage(35_000, 2_500),
  relay: {
    title: "The relay is killed",
    measure: "back",
    targetMs: 3_500,
    inflict: async ({ people }) => kill(people, "relay"),
  },
} as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;

export const faultNames = Object.keys(faults) as readonly FaultName[];

function outage(lastsMs: number, targetMs: number): Fault {
  return {
    title: `Nothing comes through for ${lastsMs / 1_000} s, from its end`,
    measure: "back",
    targetMs,
    inflict: async ({ near }) => {
      await near.cutFor(lastsMs);
      return now();
    },
  };
}

/** Without a last word, as a crash or a lack of memory does. */
function kill({ server }: PeopleIn<Laboratory>, name: "application" | "relay"): number {
  const pid = childrenOf(server.supervisor.pid)[name];
  // kill(2): 0 would be ourselves.
  if (pid === 0) throw new Error(`There is no ${name} to kill.`);
  const since = now();
  process.kill(pid, "SIGKILL");
  return since;
}
