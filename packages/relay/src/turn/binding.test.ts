import { describe, expect, test } from "vitest";
import { attributeType } from "../stun/attribute.ts";
import { findAttribute } from "../stun/message.ts";
import { Lab, type LabClient } from "../test-client/lab.ts";
import { addressIn, errorCodeOf, readMessage } from "../test-client/turn-client.ts";
import { turnMethod } from "./method.ts";

function binding(client: LabClient): Uint8Array {
  return client.turn.request(turnMethod.binding, [], { isSigned: false });
}

function isAnswered(client: LabClient): boolean {
  return client.sends(binding(client)).type === "send";
}

function declareDirect(lab: Lab, callId = "call"): boolean {
  return lab.relay.declareCall({ connection: "control" }, { callId, direct: true }, lab.now);
}

describe("RFC 8489: a Binding of a party of a direct call", () => {
  test("is answered with its own address, in 32 bytes", () => {
    const lab = new Lab();
    declareDirect(lab);
    const client = lab.allocated("a");
    const request = binding(client);
    const answer = client.asks(request);
    expect([answer.length, errorCodeOf(answer)]).toEqual([32, 0]);
    expect(Buffer.from(answer.subarray(8, 20))).toEqual(Buffer.from(request.subarray(8, 20)));
    const mapped = addressIn(answer, attributeType.xorMappedAddress);
    expect([mapped.ip.join("."), mapped.port]).toEqual(["198.51.100.7", client.tuple.port]);
  });

  test("is answered over IPv6 too", () => {
    const lab = new Lab();
    declareDirect(lab);
    const client = lab.allocated("b", { address: "2001:db8:9::7" });
    const answer = client.asks(binding(client));
    expect(answer).toHaveLength(44);
    expect(addressIn(answer, attributeType.xorMappedAddress).port).toBe(client.tuple.port);
  });

  test.each<[string, (lab: Lab) => void]>([
    ["before the join", () => undefined],
    ["after a join that was said later", (lab) => void lab.join()],
    [
      "when the call is listed again without a word of it",
      (lab) => {
        lab.relay.replaceCalls({ connection: "control" }, [{ callId: "call" }], lab.now);
      },
    ],
  ])("is answered %s", (_, then) => {
    const lab = new Lab();
    lab.live();
    declareDirect(lab);
    const client = lab.allocated("a");
    then(lab);
    expect(isAnswered(client)).toBe(true);
  });

  test("is answered after a join that was said before, and where the list says so", () => {
    const lab = new Lab();
    const { a, b } = lab.joinedPair();
    expect([isAnswered(a), isAnswered(b)]).toEqual([false, false]);
    declareDirect(lab);
    expect([isAnswered(a), isAnswered(b)]).toEqual([true, true]);
    lab.relay.replaceCalls(
      { connection: "control" },
      [{ callId: "listed", direct: true }],
      lab.now,
    );
    expect(isAnswered(lab.allocated("a", { callId: "listed" }))).toBe(true);
  });

  test("with an attribute that must be understood and is not: RFC 8489 §6.3.1, 420", () => {
    const lab = new Lab();
    declareDirect(lab);
    const client = lab.allocated("a");
    const changeRequest = { type: 0x0003, value: Buffer.alloc(4) };
    const request = client.turn.request(turnMethod.binding, [changeRequest], { isSigned: false });
    const answer = client.asks(request);
    expect(errorCodeOf(answer)).toBe(420);
    expect(findAttribute(readMessage(answer), attributeType.unknownAttributes)).toEqual(
      Uint8Array.of(0x00, 0x03),
    );
    expect(findAttribute(readMessage(answer), attributeType.xorMappedAddress)).toBeUndefined();
  });

  test("is answered at the rate at which strangers are", () => {
    const limits = { strangerRequestsPerSourceBurst: 5, strangerRequestsPerSourcePerSecond: 1 };
    const lab = new Lab({ limits });
    declareDirect(lab);
    const client = lab.allocated("a");
    const fates = Array.from({ length: 4 }, () => client.sends(binding(client)));
    // Allocating took two of the five.
    expect(fates.map(({ type }) => type)).toEqual(["send", "send", "send", "drop"]);
    expect(fates.at(-1)).toEqual({ type: "drop", reason: "too-many-requests" });
    lab.now += 1_000;
    expect(isAnswered(client)).toBe(true);
  });
});

describe("a Binding is not answered", () => {
  test.each<[string, (lab: Lab) => LabClient]>([
    ["in a call that rings", (lab) => lab.allocated("a")],
    ["in a call that is joined and relayed", (lab) => lab.joinedPair().a],
    [
      "before anything was allocated",
      (lab) => {
        declareDirect(lab);
        return lab.client("a");
      },
    ],
    [
      "where another call is direct",
      (lab) => {
        declareDirect(lab, "another");
        return lab.allocated("a");
      },
    ],
    [
      "to a device that the join put out",
      (lab) => {
        declareDirect(lab);
        const client = lab.allocated("b", { device: "b2" });
        lab.join();
        return client;
      },
    ],
    [
      "after the allocation expired",
      (lab) => {
        declareDirect(lab);
        const client = lab.allocated("a");
        lab.now += 600_000;
        return client;
      },
    ],
    [
      "after the call ended, which cannot be declared direct any more",
      (lab) => {
        declareDirect(lab);
        const client = lab.allocated("a");
        lab.relay.endCall("call", lab.now);
        expect(declareDirect(lab)).toBe(false);
        return client;
      },
    ],
  ])("%s", (_, prepare) => {
    const lab = new Lab();
    lab.live();
    const client = prepare(lab);
    expect(client.sends(binding(client))).toEqual({ type: "drop", reason: "unwanted" });
    expect(client.sends(client.turn.request(turnMethod.binding, [])).type).toBe("drop");
  });

  test("by a relay that runs alone, where nobody declares anything", () => {
    const lab = new Lab({ isAlone: true });
    expect(isAnswered(lab.allocated("a", { callId: "any" }))).toBe(false);
  });

  test("when it is an indication", () => {
    const lab = new Lab();
    declareDirect(lab);
    const client = lab.allocated("a");
    const indication = binding(client);
    indication[1] = 0x11;
    expect(client.sends(indication).type).toBe("drop");
  });
});
