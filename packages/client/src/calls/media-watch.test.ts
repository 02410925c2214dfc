import { type CallRoute, limits, type PeerDevices } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { clientLimits } from "../limits.ts";
import { nothingMeasured } from "../media/quality.ts";
import { MediaWatch } from "./media-watch.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A connection that counts what the test sends over it. */
function watched() {
  const told: string[] = [];
  const peer = {
    packets: 0,
    isFailing: false,
    path: null as CallRoute | null,
    /** Reports and words, without a packet of sound. */
    others: 0,
    countArrivals: async () => {
      if (peer.isFailing) throw new Error("no statistics");
      return peer.packets + peer.others;
    },
    measure: async () => {
      if (peer.isFailing) throw new Error("no statistics");
      return {
        ...nothingMeasured,
        audioPacketsReceived: peer.packets,
        roundTripMs: 40,
        path: peer.path,
      };
    },
  };
  const watch = new MediaWatch(peer, {
    onMedia: (isUp) => told.push(isUp ? "up" : "lost"),
    onSilence: (isSilent) => told.push(isSilent ? "silent" : "heard"),
    onPath: (path) => told.push(path),
  });
  return { watch, peer, told };
}

const look = () => vi.advanceTimersByTimeAsync(clientLimits.silencePollMs);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const judge = () => vi.advanceTimersByTimeAsync(clientLimits.qualityPollMs);

describe("media", () => {
  test("is up with the first packet of sound, not with the path", async () => {
    const { watch, peer, told } = watched();
    watch.setPath(true);
    await look();
    expect(told).toEqual([]);
    peer.packets = 1;
    await look();
    expect(told).toEqual(["up"]);
  });

  test("goes by a path that is told when it is known, and when it becomes another", async () => {
    const { watch, peer, told } = watched();
    watch.setPath(true);
    peer.packets = 1;
    await look();
    for (const path of ["relayed", "relayed", "direct"] as const) {
      peer.path = path;
      peer.packets += 1;
      await judge();
    }
    expect(told.filter((word) => word === "relayed" || word === "direct")).toEqual([
      "relayed",
      "direct",
    ]);
  });

  test("is up with the path where the other side only listens", async () => {
    const { watch, told } = watched();
    watch.hearPeer({ type: "devices", microphone: "none", camera: "off", screen: "off" });
    await look();
    expect(told).toEqual([]);
    watch.setPath(true);
    await look();
    expect(told).toEqual(["up"]);
  });

  test("is not up by what came before the path was lost", async () => {
    const { watch, peer, told } = watched();
    peer.packets = 10;
    watch.setPath(true);
    await look();
    peer.packets = 90;
    watch.setPath(false);
    watch.setPath(true);
    await look();
    expect(told).toEqual(["up", "lost", "silent", "heard"]);
    peer.packets = 91;
    await look();
    expect(told.at(-1)).toBe("up");
  });

  test("is found by a later look where the browser failed to count", async () => {
    const { watch, peer, told } = watched();
    peer.isFailing = true;
    peer.packets = 10;
    watch.setPath(true);
    await look();
    expect(told).toEqual([]);
    peer.isFailing = false;
    await look();
    expect(told).toEqual(["up"]);
  });

  test("is not looked at any more after the call", async () => {
    const { watch, peer, told } = watched();
    watch.setPath(true);
    watch.close();
    peer.packets = 10;
    await judge();
    expect(told).toEqual([]);
  });
});

describe("silence", () => {
  const on = { type: "devices", microphone: "on", camera: "off", screen: "off" } as const;
  const none = { ...on, microphone: "none" } as const;

  /** A call whose media is up. */
  async function running(message: PeerDevices = on) {
    const call = watched();
    call.watch.hearPeer(message);
    call.watch.setPath(true);
    call.peer.packets = 10;
    call.peer.others = 10;
    await look();
    await look();
    call.peer.others += 1;
    await look();
    call.told.length = 0;
    return call;
  }

  test("is told a second after the last packet, and its end with the first", async () => {
    const { peer, told } = await running();
    await pass(clientLimits.silenceMs - clientLimits.silencePollMs);
    expect(told).toEqual([]);
    await pass(2 * clientLimits.silencePollMs);
    expect(told).toEqual(["lost", "silent"]);
    peer.packets += 1;
    await look();
    expect(told.at(-1)).toBe("heard");
    peer.packets += 1;
    await look();
    expect(told.at(-1)).toBe("up");
  });

  test("is none while anything comes, be it no sound", async () => {
    const { peer, told } = await running();
    for (let count = 0; count < 20; count++) {
      peer.others += 1;
      await look();
    }
    expect(told).not.toContain("silent");
  });

  test("is told later of a side that sends no sound", async () => {
    const { told } = await running(none);
    await pass(2 * clientLimits.silenceMs);
    expect(told).not.toContain("silent");
    await pass(clientLimits.silenceWithoutSoundMs);
    expect(told).toContain("silent");
  });

  test("is told at once where the browser says that the path is gone", async () => {
    const { watch, told } = await running();
    watch.setPath(false);
    expect(told).toEqual(["lost", "silent"]);
  });

  test("is none before anything came", async () => {
    const { told } = watched();
    await pass(10 * clientLimits.silenceMs);
    expect(told).toEqual([]);
  });

  test("is none in the time in which the page could not run", async () => {
    const { peer, told } = await running();
    vi.setSystemTime(Date.now() + 20 * clientLimits.silenceMs);
    await look();
    expect(told).not.toContain("silent");
    peer.packets += 1;
    await look();
    expect(told).not.toContain("silent");
  });

  test("is told at once on a machine that slept for longer than a call lasts without", async () => {
    const { watch, told } = await running();
    vi.setSystemTime(Date.now() + 10 * limits.lostTimeoutMs);
    await look();
    expect(told).toEqual(["lost", "silent"]);
    expect(watch.silentForMs).toBeGreaterThan(9 * limits.lostTimeoutMs);
  });

  test("lasts on a new connection until something comes on that one", async () => {
    const { watch, peer, told } = await running();
    const next = { ...peer, packets: 0, others: 0 };
    watch.follow({ ...next, countArrivals: async () => next.packets });
    peer.packets += 10;
    await look();
    expect(told).toEqual(["lost", "silent"]);
    next.packets = 1;
    await look();
    expect(told.at(-1)).toBe("heard");
  });
});
