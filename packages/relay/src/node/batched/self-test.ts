import type { Arena } from "./arena.ts";
import { wake } from "./doorbell.ts";
import { MessageVector } from "./message-vector.ts";
import { PollSet } from "./poll-set.ts";
import type { Slots } from "./slots.ts";
import { addressAt, portAt } from "./socket-address.ts";
import type { SystemCalls } from "./system-calls.ts";
import { UdpLink } from "./udp-link.ts";

const texts = ["first", "", "third and longer"];
const patienceUs = 1_000_000;
const loopback = "127.0.0.1";

/**
 * Sends a few packets from one socket of this machine to another, and wakes itself once. What comes
 * back says whether the kernel lays its structures out as we think.
 *
 * @returns what is wrong, in words; nothing where all is well
 */
export function testBatches(arena: Arena, calls: SystemCalls, slots: Slots): string | undefined {
  const [from, to] = [new UdpLink(arena, calls, texts.length), new UdpLink(arena, calls, 1)];
  const event = calls.openEvent();
  try {
    const fromPort = from.open(loopback, 0);
    const toPort = to.open(loopback, 0);
    if (event < 0 || fromPort <= 0 || toPort <= 0) return "it could not open a socket on 127.0.0.1";
    for (const [i, text] of texts.entries()) {
      const packet = slots.packetAt(i);
      const { written } = new TextEncoder().encodeInto(text, arena.bytes.subarray(packet));
      from.queueTo(packet, written, loopback, toPort);
    }
    if (from.flush() > 0) return "it could not send";
    if (!isHeard(arena, calls, slots, to, fromPort)) return "it did not hear what it sent";
    return isWoken(arena, calls, event) ? undefined : "it could not be woken";
  } finally {
    from.close();
    to.close();
    if (event >= 0) calls.close(event);
  }
}

function isHeard(
  arena: Arena,
  calls: SystemCalls,
  slots: Slots,
  to: UdpLink,
  fromPort: number,
): boolean {
  const polled = new PollSet(arena, calls, 1);
  const received = new MessageVector(arena, texts.length + 1);
  polled.watch(0, to.socket);
  polled.wait(1, patienceUs);
  for (let i = 0; i <= texts.length; i++) received.setData(i, slots.packetAt(i), 32);
  const count = calls.receiveMessages(to.socket, received.pointer(0), texts.length + 1);
  return (
    polled.isReadable(0) &&
    count === texts.length &&
    texts.every((text, i) => {
      const packet = slots.packetAt(i);
      const bytes = arena.bytes.slice(packet, packet + received.received(i));
      const source = received.addressAt(i);
      return (
        new TextDecoder().decode(bytes) === text &&
        received.flags(i) === 0 &&
        addressAt(arena, source) === loopback &&
        portAt(arena, source) === fromPort
      );
    })
  );
}

function isWoken(arena: Arena, calls: SystemCalls, event: number): boolean {
  const polled = new PollSet(arena, calls, 1);
  polled.watch(0, event);
  polled.wait(1, 0);
  const wasReadable = polled.isReadable(0);
  wake(event);
  polled.watch(0, event);
  polled.wait(1, patienceUs);
  return !wasReadable && polled.isReadable(0);
}
