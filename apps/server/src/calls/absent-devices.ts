import type { Call, CallDevice } from "@ringfence/call";
import { type CallId, limits } from "@ringfence/protocol";
import type { Bus } from "../bus/bus.ts";
import { serverLimits } from "../limits.ts";
import type { Logger } from "../logger.ts";
import type { Reader } from "../store/store.ts";
import { activeCalls } from "./call-store.ts";

export interface AbsentDevicesParts {
  db: Reader;
  /** Null: it cannot be known now. */
  isConnected: Bus["isConnected"];
  /** Whether this node of all looks after a call. */
  isMine: Bus["isMine"];
  sendGone: (callId: CallId, device: CallDevice) => Promise<void>;
  now: () => number;
  logger: Logger;
}

/**
 * Watches for devices that are in a call and whose page is gone without a word. One that vanishes
 * alone is reported by the other; when both do, nobody is left to say so. A socket that drops and
 * comes back changes nothing: media does not pass through it.
 */
export class AbsentDevices implements Disposable {
  readonly #parts: AbsentDevicesParts;
  /** Since when a device of a call that goes on was seen to have no connection. */
  #absentSince = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: AbsentDevicesParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.look().catch((error: unknown) => {
        this.#parts.logger.error({ error }, "the devices in calls could not be watched");
      });
    }, serverLimits.absentDevicesRoundMs);
  }

  /** One look around. */
  async look(): Promise<void> {
    const now = this.#parts.now();
    const absentSince = new Map<string, number>();
    for (const call of await activeCalls(this.#parts.db, this.#parts.logger)) {
      if (!this.#parts.isMine(call.callId)) continue;
      for (const device of devicesIn(call)) {
        if ((await this.#parts.isConnected(device.deviceId)) !== false) continue;
        const key = `${call.callId} ${device.deviceId}`;
        const since = this.#absentSince.get(key) ?? now;
        if (now - since >= limits.lostTimeoutMs) await this.#parts.sendGone(call.callId, device);
        else absentSince.set(key, since);
      }
    }
    this.#absentSince = absentSince;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

function devicesIn(call: Call): CallDevice[] {
  if (!("calleeDeviceId" in call)) return [];
  return [call.caller, { accountId: call.calleeAccountId, deviceId: call.calleeDeviceId }];
}
