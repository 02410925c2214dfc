import { randomInt } from "node:crypto";
import { isMainThread, receiveMessageOnPort, workerData } from "node:worker_threads";
import { obeyControl } from "../../control/obey-control.ts";
import { shellLimits } from "../../limits.ts";
import { ClosedRelay } from "../../turn/closed-relay.ts";
import { nodeCrypto } from "../node-crypto.ts";
import { Doorbell } from "./doorbell.ts";
import { FrameRing } from "./frame-ring.ts";
import { LocalLinks } from "./local-links.ts";
import { bindNativeSystem, missingForBatches, type NativeSystem } from "./native-system.ts";
import { PacketLoop } from "./packet-loop.ts";
import { PacketMover } from "./packet-mover.ts";
import { RouteTable } from "./route-table.ts";
import { testBatches } from "./self-test.ts";
import { Slots } from "./slots.ts";
import type { Answers, Order, Question, Report, ThreadStart } from "./thread-message.ts";

/**
 * The thread that moves packets. It waits in the kernel and never returns to its event loop: all
 * that others want of it is in shared memory, or in a port from which it takes for itself.
 */
const start = workerData as ThreadStart;

function report(message: Report): void {
  start.channel.postMessage(message, []);
}

function main(): void {
  const fitness = bindFitSystem();
  if (typeof fitness === "string") return report({ type: "unfit", reason: fitness });
  using system = fitness.system;
  movePackets(system, fitness.slots);
}

/** What this system lacks, or it and the slots of its arena. */
function bindFitSystem(): string | { readonly system: NativeSystem; readonly slots: Slots } {
  const missing = missingForBatches();
  if (missing !== undefined) return missing;
  try {
    const system = bindNativeSystem(shellLimits.arenaBytes);
    const slots = new Slots(system.arena, shellLimits.batchPackets);
    const fault = testBatches(system.arena, system.calls, slots);
    if (fault === undefined) return { system, slots };
    system[Symbol.dispose]();
    return fault;
  } catch (error) {
    return `koffi cannot be used: ${error instanceof Error ? error.message : "unknown"}`;
  }
}

function movePackets({ arena, calls }: NativeSystem, slots: Slots): void {
  using local = new LocalLinks(arena, calls, start.port);
  const [refusal] = local.follow(start.addresses).refusals;
  if (refusal !== undefined) return report({ type: "refused", code: refusal });
  if (local.isEmpty()) return report({ type: "refused", code: undefined });

  const { secret, limits, isAlone } = start;
  const relay = new ClosedRelay({ crypto: nodeCrypto, secret, limits, isAlone });
  const table = new RouteTable(shellLimits.routesMax, randomInt(2 ** 32));
  const doorbell = new Doorbell(start.doorbell);
  const toStreams = new FrameRing(start.toStreams);
  const { links } = local;
  const mover = new PacketMover({
    arena,
    slots,
    relay,
    table,
    links,
    toStream: (stream, bytes, from, to) => toStreams.put(stream, bytes, from, to),
  });
  mover.followLinks();

  function answer(question: Question): Answers[keyof Answers] {
    switch (question.ask) {
      case "instruct":
        return obeyControl(relay, question.speaker, question.instruction, Date.now());
      case "has-allocation":
        return relay.hasAllocation(question.tuple, Date.now());
      case "figures":
        return relay.figures();
    }
  }

  function reply(id: number, given: Answers[keyof Answers]): void {
    doorbell.allocations = relay.allocations();
    report({ type: "answer", id, answer: given });
  }

  function follow(addresses: readonly string[]): void {
    const { hasChanged, refusals } = local.follow(addresses);
    if (hasChanged) mover.followLinks();
    for (const code of refusals) report({ type: "not-bound", code });
  }

  /** False: it is over. */
  function obey(order: Order): boolean {
    switch (order.type) {
      case "question":
        reply(order.id, answer(order.question));
        return true;
      case "open-stream":
        mover.openStream(order.stream, order.tuple);
        return true;
      case "close-stream":
        mover.closeStream(order.stream);
        return true;
      case "follow":
        follow(order.addresses);
        return true;
      case "drain":
        relay.drain();
        return true;
      case "stop":
        return false;
    }
  }

  function obeyAll(): boolean {
    if (!doorbell.takeOrders()) return true;
    for (;;) {
      const order: { readonly message: Order } | undefined = receiveMessageOnPort(start.channel);
      if (order === undefined) return true;
      if (!obey(order.message)) return false;
    }
  }

  const event = calls.openEvent();
  const incoming = new FrameRing(start.fromStreams);
  const loop = new PacketLoop({
    arena,
    calls,
    slots,
    links,
    relay,
    table,
    mover,
    event,
    doorbell,
    incoming,
    outgoing: toStreams,
    obey: obeyAll,
    now: Date.now,
    uptime: () => performance.now(),
  });
  report({ type: "ready", port: local.port, event });
  loop.run();
  calls.close(event);
}

// Loading it elsewhere, to have it compiled, starts nothing.
if (!isMainThread) {
  main();
  start.channel.close();
}
