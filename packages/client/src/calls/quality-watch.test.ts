import type { PeerDevices } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { clientLimits } from "../limits.ts";
import { type Measurement, nothingMeasured } from "../media/quality.ts";
import { type PictureRoom, pictureSteps } from "../media/room-for-pictures.ts";
import { QualityWatch } from "./quality-watch.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const well = { loss: 0, roundTripMs: 60 };

/** A connection over which all is well until the test says otherwise. */
function watched() {
  const rooms: PictureRoom[] = [];
  const peer = {
    measurement: { ...nothingMeasured, roundTripMs: 60, sentAudio: well } as Measurement,
    isFailing: false,
    async measure() {
      if (peer.isFailing) throw new Error("no statistics");
      const { measurement } = peer;
      const audioPacketsReceived = measurement.audioPacketsReceived + 100;
      peer.measurement = { ...measurement, audioPacketsReceived };
      return peer.measurement;
    },
    giveRoom: (room: PictureRoom) => void rooms.push(room),
  };
  const watch = new QualityWatch(peer, () => {});
  const become = (change: Partial<Measurement>) =>
    void (peer.measurement = { ...peer.measurement, ...change });
  return { watch, peer, rooms, become };
}

const look = (times = 1) => vi.advanceTimersByTimeAsync(clientLimits.qualityPollMs * times);
const camera = (state: PeerDevices["camera"]): PeerDevices => ({
  type: "devices",
  microphone: "on",
  camera: state,
  screen: "off",
});

describe("the quality of a call", () => {
  test("is unknown until two looks can be compared, and while no media arrives", async () => {
    const { watch } = watched();
    watch.setMedia(true);
    await look();
    expect(watch.draw().quality).toBe("unknown");
    await look();
    expect(watch.draw()).toMatchObject({ quality: "good", cause: null });
    watch.setMedia(false);
    expect(watch.draw().quality).toBe("unknown");
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is said with its cause", async () => {
    const { watch, become } = watched();
    watch.setMedia(true);
    await look();
    become({ audioPacketsLost: 30 });
    await look();
    expect(watch.draw()).toMatchObject({ quality: "poor", cause: "loss" });
  });

  test("is found by a later look where the browser failed to count", async () => {
    const { watch, peer } = watched();
    peer.isFailing = true;
    watch.setMedia(true);
    await look(3);
    peer.isFailing = false;
    await look(2);
    expect(watch.draw().quality).toBe("good");
  });

  test("is not looked at any more after the call", async () => {
    const { watch } = watched();
    watch.setMedia(true);
    watch.close();
    await look();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the room of pictures", () => {
  test("is told when media is up, and again when a new connection brings it", async () => {
    const { watch, rooms } = watched();
    watch.setMedia(true);
    await look(5);
    watch.setMedia(false);
    watch.setMedia(true);
    expect(rooms).toEqual([pictureSteps[0], pictureSteps[0]]);
  });

  test("becomes less when this side's sound gets lost on its way, down to none", async () => {
    const { watch, rooms, become } = watched();
    watch.setMedia(true);
    become({ sentAudio: { loss: 0.4, roundTripMs: 60 } });
    await look(4);
    expect(watch.draw().room).toEqual({ camera: null, screen: null });
    expect(rooms.at(-1)).toEqual({ camera: null, screen: null });
    become({ sentAudio: well });
    await look(clientLimits.wellLooksMin);
    expect(rooms.at(-1)).toEqual(pictureSteps.at(-2));
  });

  test("stays where it is on a long way, and becomes less when the way becomes longer", async () => {
    const { watch, become } = watched();
    watch.setMedia(true);
    become({ sentAudio: { loss: 0, roundTripMs: 900 } });
    await look(5);
    expect(watch.draw().room).toBe(pictureSteps[0]);
    become({ sentAudio: { loss: 0, roundTripMs: 1_300 } });
    await look(2);
    expect(watch.draw().room).toBe(pictureSteps[1]);
  });

  test("is left alone where the other side reports nothing", async () => {
    const { watch, become } = watched();
    watch.setMedia(true);
    become({ sentAudio: null });
    await look(5);
    expect(watch.draw().room).toBe(pictureSteps[0]);
  });
});

describe("the other side's picture", () => {
  test("is frozen when no new one comes although the camera is on", async () => {
    const { watch, become } = watched();
    watch.hearPeer(camera("on"));
    watch.setMedia(true);
    become({ cameraFramesDecoded: 40 });
    await look(clientLimits.stillLooksMax);
    expect(watch.draw().isFrozen).toBe(false);
    await look();
    expect(watch.draw().isFrozen).toBe(true);
    become({ cameraFramesDecoded: 41 });
    await look();
    expect(watch.draw().isFrozen).toBe(false);
  });

  test.each(["off", "paused"] as const)("is not missed while the camera is %s", async (state) => {
    const { watch } = watched();
    watch.hearPeer(camera(state));
    watch.setMedia(true);
    await look(6);
    expect(watch.draw().isFrozen).toBe(false);
    watch.hearPeer(camera("on"));
    expect(watch.draw().isFrozen).toBe(false);
  });
});
