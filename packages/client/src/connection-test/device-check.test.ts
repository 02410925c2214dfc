import { beforeEach, describe, expect, test, vi } from "vitest";
import { until } from "../../test/until.ts";
import { clientLimits } from "../limits.ts";
import { DeviceCheckStore } from "./device-check.ts";

class TestTrack extends EventTarget {
  label = "Built-in microphone";
  isStopped = false;

  stop(): void {
    this.isStopped = true;
  }
}

/** A device that answers when the test says so, and a meter that shows what the test says. */
class TestDevice {
  readonly track = new TestTrack();
  readonly answer = Promise.withResolvers<void>();
  hearLevel: (level: number) => void = () => {};
  isMeterOpen = false;

  readonly check = new DeviceCheckStore("microphone", {
    devices: {
      getUserMedia: async () => {
        await this.answer.promise;
        return { getTracks: () => [this.track] } as unknown as MediaStream;
      },
    },
    openLevelMeter: (_, onLevel) => {
      this.hearLevel = onLevel;
      this.isMeterOpen = true;
      return () => {
        this.isMeterOpen = false;
      };
    },
  });

  async open(): Promise<void> {
    this.check.start();
    this.answer.resolve();
    await until(this.check.snapshot, ({ state }) => state === "open");
  }
}

let device: TestDevice;

beforeEach(() => {
  device = new TestDevice();
});

describe("a microphone that is tried", () => {
  test("is asked for when the person says so, and shows how loud it is", async () => {
    expect(device.check.snapshot.get()).toEqual({ state: "idle" });
    await device.open();
    device.hearLevel(0.5);
    expect(device.check.snapshot.get()).toMatchObject({
      label: "Built-in microphone",
      level: 0.5,
      wasHeard: true,
    });
  });

  test("was not heard while it is as quiet as a quiet room", async () => {
    await device.open();
    device.hearLevel(clientLimits.speechLevel / 2);
    expect(device.check.snapshot.get()).toMatchObject({ wasHeard: false });
  });

  test("is released when the person has seen enough", async () => {
    await device.open();
    device.check.stop();
    expect(device.track.isStopped).toBe(true);
    expect(device.isMeterOpen).toBe(false);
    expect(device.check.snapshot.get()).toEqual({ state: "idle" });
  });

  test("is released at once where the person left while the browser asked", async () => {
    device.check.start();
    device.check.stop();
    device.answer.resolve();
    await vi.waitUntil(() => device.track.isStopped);
    expect(device.check.snapshot.get()).toEqual({ state: "idle" });
  });

  test("that is unplugged is idle again", async () => {
    await device.open();
    device.track.dispatchEvent(new Event("ended"));
    expect(device.check.snapshot.get()).toEqual({ state: "idle" });
  });

  test("that cannot be had says why, and can be asked for again", async () => {
    device.check.start();
    device.answer.reject(new DOMException("", "NotReadableError"));
    await until(device.check.snapshot, ({ state }) => state === "fault");
    expect(device.check.snapshot.get()).toEqual({ state: "fault", fault: "in-use" });
    device.check.start();
    expect(device.check.snapshot.get()).toEqual({ state: "asking" });
  });

  test("is not there at all on a page that came over plain HTTP", async () => {
    const check = new DeviceCheckStore("microphone", {
      devices: undefined,
      openLevelMeter: () => () => {},
    });
    check.start();
    await until(check.snapshot, ({ state }) => state === "fault");
    expect(check.snapshot.get()).toEqual({ state: "fault", fault: "insecure-page" });
  });
});
