import { type Call, type CallDevice, type Effect, type Recipient, viewCall } from "@ringfence/call";
import type { CallView, DeviceId, DownMessage } from "@ringfence/protocol";
import type { Write } from "../store/store.ts";
import type { Participants } from "./participants.ts";
import type { EffectParts } from "./effect-parts.ts";

/** The effects that say something to devices. */
type Telling = Extract<
  Effect,
  {
    type:
      | "ring"
      | "silenced"
      | "accepted"
      | "offer"
      | "answer"
      | "candidate"
      | "call-changed"
      | "call-ended";
  }
>;

interface TellingParts extends Pick<EffectParts, "credentialFor"> {
  people: Participants;
}

/** A device that is in no call: what it is shown is what every such device is shown. */
const anyOtherDevice = "" as DeviceId;

/** Delivers what an effect says to the devices it names, each in its own words. */
export function tellDevices(write: Write, call: Call, effect: Telling, parts: TellingParts): void {
  const to = recipientOf(effect);
  const account = to.accountId;
  const messageFor = (deviceId: DeviceId) =>
    messageOf(call, effect, { accountId: account, deviceId }, parts, write.now);
  if (to.devices === "only") {
    const message = messageFor(to.deviceId);
    if (message === null) return;
    write.deliver({ account, message: null, forDevice: { device: to.deviceId, message } });
    return;
  }
  const message = messageFor(anyOtherDevice);
  if (to.devices === "all-but") {
    const nothing: DownMessage = { type: "heartbeat" };
    write.deliver({ account, message, forDevice: { device: to.deviceId, message: nothing } });
    return;
  }
  const device = deviceInCall(call, to);
  const own = device && messageFor(device);
  write.deliver({
    account,
    message,
    ...(device && own && { forDevice: { device, message: own } }),
  });
}

function recipientOf(effect: Telling): Recipient {
  if (effect.type !== "ring") return effect.to;
  return { accountId: effect.permit.callee, devices: "all" };
}

function deviceInCall(call: Call, { accountId }: Recipient): DeviceId | undefined {
  if (accountId === call.caller.accountId) return call.caller.deviceId;
  return "calleeDeviceId" in call ? call.calleeDeviceId : undefined;
}

function messageOf(
  call: Call,
  effect: Telling,
  device: CallDevice,
  { people, credentialFor }: TellingParts,
  now: number,
): DownMessage | null {
  const { callId } = call;
  switch (effect.type) {
    case "ring":
    case "call-changed": {
      const view = viewFor(call, device, people, now);
      return view && { type: effect.type, call: view };
    }
    case "accepted": {
      const view = viewFor(call, device, people, now);
      const relay = effect.isWinner ? credentialFor(call, device, now) : null;
      return view && { type: "accepted", call: view, relay, offer: effect.offer };
    }
    case "silenced":
      return { type: "silenced", callId };
    case "offer":
    case "answer":
      return { type: effect.type, callId, description: effect.description };
    case "candidate":
      return { type: "candidate", callId, candidate: effect.candidate };
    case "call-ended":
      return { type: "call-ended", callId, reason: effect.reason };
  }
}

/** The call as one device of one of its two people may see it; null where there is nothing to see. */
export function viewFor(
  call: Call,
  device: CallDevice,
  people: Participants,
  now: number,
): CallView | null {
  const isCaller = device.accountId === call.caller.accountId;
  const other = people.get(isCaller ? call.calleeAccountId : call.caller.accountId);
  return other === undefined ? null : viewCall(call, device, other, now);
}
