import { type Call, type CallDevice, type Effect, type Recipient, viewCall } from "@ringfence/call";
import type { AccountId, CallView, DeviceId } from "@ringfence/protocol";
import type { CarriedMessage, CredentialWanted } from "../bus/carried-message.ts";
import type { Write } from "../store/store.ts";
import type { Chains } from "./chains.ts";
import type { Participants } from "./participants.ts";

/** The effects that say something to devices. */
type Telling = Exclude<Effect, { type: `relay-${string}` | "record" }>;

/** What is told of the two besides the call itself. */
interface Told {
  people: Participants;
  chains: Chains;
}

/** A device that is in no call: what it is shown is what every such device is shown. */
const anyOtherDevice = "" as DeviceId;

/** Delivers what an effect says to the devices it names, each in its own words. */
export function tellDevices(write: Write, call: Call, effect: Telling, told: Told): void {
  const to = recipientOf(effect);
  const account = to.accountId;
  const messageFor = (deviceId: DeviceId) =>
    messageOf(call, effect, { accountId: account, deviceId }, told, write.now);
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
  { people, chains }: Told,
  now: number,
): CarriedMessage | null {
  const { callId } = call;
  const chain = chains.get(otherAccount(call, device)) ?? [];
  switch (effect.type) {
    case "ring":
    case "call-changed": {
      const view = viewFor(call, device, people, now);
      return view && { type: effect.type, call: view };
    }
    case "accepted": {
      const view = viewFor(call, device, people, now);
      const relay = effect.isWinner ? credentialOf(call, device) : null;
      const { offer, isWinner } = effect;
      return view && { type: "accepted", call: view, relay, offer, chain: isWinner ? chain : null };
    }
    case "silenced":
      return { type: "silenced", callId };
    case "prepare": {
      const { ice, offer } = effect;
      const relay = credentialOf(call, device);
      return { type: "prepare", callId, ice, offer, chain, relay };
    }
    case "offer": {
      const { round, isNewConnection, signed } = effect;
      const relay = credentialOf(call, device);
      return { type: "offer", callId, round, isNewConnection, signed, chain, relay };
    }
    case "answer":
      return { type: "answer", callId, round: effect.round, signed: effect.signed, chain };
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
  const party = accountId === call.caller.accountId ? "a" : "b";
  const { id: relayId, urls } = call.relay;
  return { callId: call.callId, party, relayId, urls };
}

/** The call as one device of one of its two people may see it; null where there is nothing to see. */
export function viewFor(
  call: Call,
  device: CallDevice,
  people: Participants,
  now: number,
): CallView | null {
  const other = people.get(otherAccount(call, device));
  return other === undefined ? null : viewCall(call, device, other, now);
}

/** The account at the other end of a call from one of its devices. */
export function otherAccount(call: Call, { accountId }: CallDevice): AccountId {
  return accountId === call.caller.accountId ? call.calleeAccountId : call.caller.accountId;
}
