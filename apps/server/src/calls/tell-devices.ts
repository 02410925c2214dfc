import { type Call, type CallDevice, type Effect, type Recipient, viewCall } from "@ringfence/call";
import type { CallView, DeviceId } from "@ringfence/protocol";
import type { CarriedMessage, CredentialWanted } from "../bus/carried-message.ts";
import type { Write } from "../store/store.ts";
import type { Participants } from "./participants.ts";

/** The effects that say something to devices. */
type Telling = Exclude<Effect, { type: "relay-open" | "relay-join" | "relay-end" | "record" }>;

/** A device that is in no call: what it is shown is what every such device is shown. */
const anyOtherDevice = "" as DeviceId;

/** Delivers what an effect says to the devices it names, each in its own words. */
export function tellDevices(write: Write, call: Call, effect: Telling, people: Participants): void {
  const to = recipientOf(effect);
  const account = to.accountId;
  const messageFor = (deviceId: DeviceId) =>
    messageOf(call, effect, { accountId: account, deviceId }, people, write.now);
  if (to.devices === "only") {
    const message = messageFor(to.deviceId);
    if (message === null) return;
    write.deliver({ account, message: null, forDevice: { device: to.deviceId, message } });
    return;
  }
  const message = messageFor(anyOtherDevice);
  if (to.devices === "all-but") {
    const nothing: CarriedMessage = { type: "heartbeat" };
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
  people: Participants,
  now: number,
): CarriedMessage | null {
  const { callId } = call;
  switch (effect.type) {
    case "ring":
    case "call-changed": {
      const view = viewFor(call, device, people, now);
      return view && { type: effect.type, call: view };
    }
    case "accepted": {
      const view = viewFor(call, device, people, now);
      const relay = effect.isWinner ? credentialOf(call, device) : null;
      return view && { type: "accepted", call: view, relay, offer: effect.offer };
    }
    case "silenced":
      return { type: "silenced", callId };
    case "prepare": {
      const { ice, offer } = effect;
      return { type: "prepare", callId, ice, offer, relay: credentialOf(call, device) };
    }
    case "offer": {
      const { round, isNewConnection, description } = effect;
      const relay = credentialOf(call, device);
      return { type: "offer", callId, round, isNewConnection, description, relay };
    }
    case "answer":
      return { type: "answer", callId, round: effect.round, description: effect.description };
    case "restart": {
      const { round, isNewConnection } = effect;
      return { type: "restart", callId, round, isNewConnection, relay: credentialOf(call, device) };
    }
    case "candidate":
      return { type: "candidate", callId, round: effect.round, candidate: effect.candidate };
    case "call-ended":
      return { type: "call-ended", callId, reason: effect.reason };
  }
}

/** The credential of a device's side. Which device's it is the connection knows. */
export function credentialOf(call: Call, { accountId }: CallDevice): CredentialWanted {
  return { callId: call.callId, party: accountId === call.caller.accountId ? "a" : "b" };
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
