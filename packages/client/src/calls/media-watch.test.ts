import type { CallRoute } from "@ringfence/protocol";
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
    onPath: (path) => told.push(path),
  });
  return { watch, peer, told };
}

const look = () => vi.advanceTimersByTimeAsync(clientLimits.mediaPollMs);
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
    peer.path = "relayed";
    await judge();
    await judge();
    peer.path = "direct";
    await judge();
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
    expect(told).toEqual(["up", "lost"]);
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
