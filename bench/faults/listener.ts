import type { ChromiumDevice } from "../../tests/browser/calling-device.ts";
import type { Look } from "./sound.ts";

declare global {
  interface Window {
    /** Since the page was opened. */
    ringfenceLooks: Look[];
  }
}

/** Milliseconds since 1970, with fractions: the clock that the pages on this machine have too. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** A page of one side of a call, whose sound is listened to from the first script on. */
export class Listener {
  readonly #device: ChromiumDevice;

  private constructor(device: ChromiumDevice) {
    this.#device = device;
  }

  /** Takes effect with the next page that the device opens. */
  static async at(device: ChromiumDevice): Promise<Listener> {
    await device.addInitScript(noteSound);
    return new Listener(device);
  }

  /** What was noted from that time on; in the order of time. */
  looksFrom(time: number): Promise<Look[]> {
    return this.#device.page.evaluate(
      (from) => window.ringfenceLooks.filter(({ at }) => at >= from),
      time,
    );
  }
}

/**
 * Runs in the page. The browser tells when it last handed sound of a packet, and not of its own making,
 * to whoever plays it (`RTCRtpReceiver.getSynchronizationSources`).
 */
function noteSound(): void {
  const everyMs = 20;
  const looks: Look[] = [];
  window.ringfenceLooks = looks;
  setInterval(() => {
    const receivers = window.ringfenceTest.connections
      .filter(({ signalingState }) => signalingState !== "closed")
      .flatMap((connection) => connection.getReceivers())
      .filter(({ track }) => track.kind === "audio");
    const times = receivers
      .flatMap((receiver) => receiver.getSynchronizationSources())
      .map(({ timestamp }) => timestamp);
    const heardAt = Math.max(looks.at(-1)?.heardAt ?? -Infinity, ...times);
    // Before the first sound there is nothing to note.
    if (Number.isFinite(heardAt))
      looks.push({ at: performance.timeOrigin + performance.now(), heardAt });
  }, everyMs);
}
