import { describe, expect, test } from "vitest";
import { attributeType } from "../stun/attribute.ts";
import { Lab } from "../test-client/lab.ts";
import { channelData, readMessage, transportAddress } from "../test-client/turn-client.ts";
import { turnMethod } from "./method.ts";

const other = transportAddress("192.0.2.252", 40_000);

describe("RFC 8656 §12.2: a ChannelBind", () => {
  test.each([
    [0x0000, 400],
    [0x3fff, 400],
    [0x4000, 0],
    [0x4fff, 0],
    [0x5000, 0],
    [0x7ffe, 0],
    [0x7fff, 400],
    [0x8000, 400],
    [0xffff, 400],
  ])("of number 0x%s", (number, code) => {
    const { a, b } = new Lab().joinedPair();
    expect(a.code(a.turn.bindChannel(number, b.relayed))).toBe(code);
  });

  test("of the same number to another peer is 400", () => {
    const { a, b } = new Lab().joinedPair();
    expect(a.code(a.turn.bindChannel(0x4000, b.relayed))).toBe(0);
    expect(a.code(a.turn.bindChannel(0x4000, other))).toBe(400);
  });

  test("of another number to the same peer is 400", () => {
    const { a, b } = new Lab().joinedPair();
    expect(a.code(a.turn.bindChannel(0x4000, b.relayed))).toBe(0);
    expect(a.code(a.turn.bindChannel(0x4001, b.relayed))).toBe(400);
  });

  test("that crosses two bindings is 400", () => {
    const { a, b } = new Lab().joinedPair();
    a.asks(a.turn.bindChannel(0x4000, b.relayed));
    a.asks(a.turn.bindChannel(0x4001, other));
    expect(a.code(a.turn.bindChannel(0x4000, other))).toBe(400);
    expect(a.code(a.turn.bindChannel(0x4001, b.relayed))).toBe(400);
  });

  test("again refreshes it; without that it expires, and its number and peer are free", () => {
    const lab = new Lab({ limits: { allocationLifetimeMs: 3_600_000 } });
    const { a, b } = lab.joinedPair();
    const sent = (): string => {
      const action = a.sends(channelData(0x4000, Buffer.from("x")));
      return action.type === "drop" ? action.reason : action.type;
    };
    a.asks(a.turn.bindChannel(0x4000, b.relayed));
    lab.now += 599_999;
    expect(sent()).toBe("send");
    a.asks(a.turn.bindChannel(0x4000, b.relayed));
    lab.now += 599_999;
    expect(sent()).toBe("send");
    lab.now += 1;
    expect(sent()).toBe("no-channel");
    expect(a.code(a.turn.bindChannel(0x4001, b.relayed))).toBe(0);
    expect(a.code(a.turn.bindChannel(0x4000, other))).toBe(0);
  });

  test("without CHANNEL-NUMBER, or with a short one, or without a peer, is 400", () => {
    const { a, b } = new Lab().joinedPair();
    const whole = a.turn.bindChannel(0x4000, b.relayed);
    expect(a.code(whole)).toBe(0);
    const short = { type: attributeType.channelNumber, value: Uint8Array.of(0x40, 0) };
    expect(a.code(a.turn.request(turnMethod.channelBind, [short]))).toBe(400);
    const number = { type: attributeType.channelNumber, value: Uint8Array.of(0x40, 1, 0, 0) };
    expect(a.code(a.turn.request(turnMethod.channelBind, [number]))).toBe(400);
    expect(a.code(a.turn.createPermission(b.relayed))).toBe(0);
  });

  test("beyond the limit of channels is 508", () => {
    const { a } = new Lab({ limits: { channelsPerAllocationMax: 2 } }).joinedPair();
    const codes = [1, 2, 3].map((i) =>
      a.code(a.turn.bindChannel(0x4000 + i, transportAddress("192.0.2.252", 2_000 + i))),
    );
    expect(codes).toEqual([0, 0, 508]);
  });
});

describe("RFC 8656 §12.6: ChannelData", () => {
  test.each([
    ["shorter than its header", "4000"],
    ["longer than the datagram", "4000000578797a"],
    ["with more behind it than padding", `40000001${"00".repeat(5)}`],
    ["on a channel that is not bound", "4001000178"],
  ])("%s is dropped", (_, hex) => {
    const { a, b } = new Lab().joinedPair();
    a.asks(a.turn.bindChannel(0x4000, b.relayed));
    expect(a.sends(Buffer.from(hex, "hex")).type).toBe("drop");
  });

  test("that is empty, or padded, is passed on without the padding", () => {
    const { a, b } = new Lab().joinedPair();
    a.asks(a.turn.bindChannel(0x4000, b.relayed));
    b.asks(b.turn.bindChannel(0x4000, a.relayed));
    for (const [sent, received] of [
      ["40000000", "40000000"],
      ["4000000178000000", "4000000178"],
      ["4000000178", "4000000178"],
    ] as const) {
      const action = a.sends(Buffer.from(sent, "hex"));
      expect(action.type === "send" && Buffer.from(action.bytes).toString("hex")).toBe(received);
    }
  });

  test("that is too long for the indication that its receiver understands is dropped", () => {
    const lab = new Lab();
    const { a, b } = lab.joinedPair();
    a.asks(a.turn.bindChannel(0x4000, b.relayed));
    const send = (bytes: number) => a.sends(channelData(0x4000, Buffer.alloc(bytes)));
    const action = send(65_516);
    // RFC 8489 §5: the length has 16 bits, and does not count the 20 bytes of the header.
    expect(action.type === "send" && readMessage(action.bytes).bytes.length).toBe(65_552);
    expect(send(65_517)).toEqual({ type: "drop", reason: "malformed" });
    b.asks(b.turn.bindChannel(0x4000, a.relayed));
    expect(send(65_517).type).toBe("send");
  });
});
