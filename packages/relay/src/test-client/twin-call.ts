import { attributeType } from "../stun/attribute.ts";
import type { TransportAddress } from "../stun/xor-address.ts";
import type { Party } from "../turn/credential.ts";
import { addressIn } from "./turn-client.ts";
import type { Departure, TwinClient, TwinLab, Way } from "./twin-lab.ts";

/** One of the two who talk in a call at both relays of a twin lab. */
export interface TwinParty {
  readonly client: TwinClient;
  readonly relayed: TransportAddress;
}

/** Declares a call live and lets its parties allocate, then joins it. */
export function twinCall(
  lab: TwinLab,
  callId: string,
  ways: readonly [Way, Way],
): [TwinParty, TwinParty] {
  lab.order((core) => core.declareCall({ connection: "control" }, { callId }, lab.now));
  const parties: [TwinParty, TwinParty] = [
    allocated(lab, ways[0], callId, "a"),
    allocated(lab, ways[1], callId, "b"),
  ];
  const join = { callerDevice: "a1", calleeDevice: "b1" };
  lab.order((core) => core.declareCall({ connection: "control" }, { callId, join }, lab.now));
  return parties;
}

function allocated(lab: TwinLab, way: Way, callId: string, party: Party): TwinParty {
  const client = lab.client(way, callId, party);
  client.turn.takeChallenge(ask(lab, client, client.turn.allocate([], { isSigned: false })));
  const answer = ask(lab, client, client.turn.allocate());
  return { client, relayed: addressIn(answer, attributeType.xorRelayedAddress) };
}

/** Sends one packet to both relays, of which both must make the same. What left. */
export function tell(lab: TwinLab, client: TwinClient, bytes: Uint8Array): Departure[] {
  lab.send(client, bytes);
  const { expected, actual } = lab.settle();
  if (expected.join() !== actual.join()) {
    throw new Error(
      `the core: ${expected.join() || "nothing"}; batched: ${actual.join() || "nothing"}`,
    );
  }
  return actual;
}

/** The answer to a request. */
export function ask(lab: TwinLab, client: TwinClient, request: Uint8Array): Uint8Array {
  const [departure] = tell(lab, client, request);
  if (departure === undefined) throw new Error("no answer");
  return departureBytes(departure);
}

export function departureBytes(departure: Departure): Uint8Array {
  return Buffer.from(departure.slice(departure.lastIndexOf(": ") + 2), "hex");
}
