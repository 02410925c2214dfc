import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { busLimits } from "../../bus/bus-limits.ts";
import type { NatsAddress } from "../../bus/nats/nats-address.ts";
import { connectToNats } from "../../bus/nats/nats-line.ts";
import { OperatorError } from "../../operator-error.ts";
import { type Finding, fault, good } from "./finding.ts";

/**
 * Says a word through the operator's NATS, as one node to another, beside servers that may be using
 * it. Nobody else hears it.
 */
export async function checkBus(address: NatsAddress): Promise<Finding> {
  const where = address.servers.join(" or ");
  try {
    const tookMs = await sendThrough(address);
    if (tookMs !== undefined) {
      return good(
        "bus",
        `NATS at ${where} carries a word from one node to another in ${tookMs} ms.`,
      );
    }
    return fault(
      "bus",
      `NATS at ${where} takes words and does not deliver them: people on different nodes reach each other late.`,
      "Let the user of NATS_URL publish and subscribe to ringfence.>, and look whether NATS itself is well.",
    );
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return fault("bus", error.message, "A server does not start until then.");
  }
}

/** @returns how long a word took, in milliseconds; undefined where it did not come in time */
async function sendThrough(address: NatsAddress): Promise<number | undefined> {
  await using open = new AsyncDisposableStack();
  // Nobody hears what they say themselves, so it takes two.
  const listener = await connectToNats(address);
  open.defer(() => listener.close());
  const speaker = await connectToNats(address);
  open.defer(() => speaker.close());
  const subject = `ringfence.doctor.${randomUUID()}`;
  const { promise: heard, resolve } = Promise.withResolvers<number | undefined>();
  let saidMs = performance.now();
  listener.subscribe(subject, {
    callback: (error) =>
      resolve(error === null ? Math.round(performance.now() - saidMs) : undefined),
  });
  await listener.flush();
  saidMs = performance.now();
  speaker.publish(subject);
  return await Promise.race([heard, wait(busLimits.answerMs, undefined, { ref: false })]);
}
