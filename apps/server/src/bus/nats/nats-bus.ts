import { hash, randomUUID } from "node:crypto";
import type { Msg, NatsConnection } from "@nats-io/transport-node";
import type { AccountId, DeviceId } from "@ringfence/protocol";
import { z } from "zod";
import type { Logger } from "../../logger.ts";
import type { Announcement } from "../announcement.ts";
import type {
  Bus,
  BusChange,
  BusFigures,
  BusMessage,
  NodeId,
  Subscription,
  WhyClosed,
} from "../bus.ts";
import type { NatsAddress } from "./nats-address.ts";
import { NatsLine, connectToNats } from "./nats-line.ts";
import { Nodes } from "./nodes.ts";
import { type Answer, Questions } from "./questions.ts";
import { Topics } from "./topics.ts";
import { parseBusMessage } from "./wire.ts";

export interface NatsBusParts {
  readonly address: NatsAddress;
  /** The same for all nodes that share a database, and no other's: a NATS may serve several. */
  readonly installation: string;
  /** Milliseconds; only differences count. */
  readonly now: () => number;
  readonly logger: Logger;
}

/** Said of an account or a device: is it there? */
const question = "";
/** What else is said of a device: close it, and why. */
const WhyClosedOfWire = z.enum(["signed-out", "suspended"] satisfies WhyClosed[]);

/**
 * Joins the other nodes of the installation.
 *
 * @throws OperatorError `bus-unreachable`, `bus-refused`
 */
export async function joinNatsBus(parts: NatsBusParts): Promise<Bus> {
  const bus = new NatsBus(parts, await connectToNats(parts.address));
  await bus.join();
  return bus;
}

/**
 * The bus of several nodes. A node is subscribed to the accounts and devices whose sockets it holds,
 * so NATS knows at once when nobody is. What concerns a node's own sockets does not go through NATS,
 * and works without it.
 */
class NatsBus implements Bus {
  readonly isShared = true;
  readonly node = randomUUID() as NodeId;
  readonly #line: NatsLine;
  readonly #logger: Logger;
  readonly #nodes: Nodes;
  readonly #answers: string;
  readonly #questions = new Questions();
  readonly #accounts: Topics<AccountId, BusMessage, boolean>;
  readonly #devices: Topics<DeviceId, WhyClosed, void>;
  readonly #deliveries = { delivered: 0, nobody: 0 };

  constructor({ installation, now, logger }: NatsBusParts, nats: NatsConnection) {
    this.#logger = logger;
    const line = new NatsLine(
      nats,
      { lost: () => this.#questions.giveUp(), back: () => void this.#nodes.back() },
      logger,
    );
    this.#line = line;
    // Whoever runs NATS sees subjects, and many installations may share it.
    const prefix = `ringfence.${hash("sha256", installation).slice(0, 16)}`;
    this.#nodes = new Nodes({ self: this.node, line, subject: `${prefix}.nodes`, now, logger });
    this.#accounts = new Topics(line, `${prefix}.account`, (account, message) =>
      this.#hearOfAccount(account, message),
    );
    this.#devices = new Topics(line, `${prefix}.device`, (device, message) =>
      this.#hearOfDevice(device, message),
    );
    this.#answers = `${prefix}.answers.${this.node}`;
  }

  async join(): Promise<void> {
    this.#line.subscribe(`${this.#answers}.*`, (message) => this.#hearAnswer(message));
    await this.#nodes.greet();
  }

  subscribe(account: AccountId, handler: (message: BusMessage) => boolean): Subscription {
    return this.#accounts.add(account, handler);
  }

  async deliver(account: AccountId, message: BusMessage): Promise<"delivered" | "nobody"> {
    let written: boolean[] = [];
    try {
      written = this.#accounts.call(account, message);
    } finally {
      // Others hold sockets of the account too, whatever became of it here.
      const text = JSON.stringify(message);
      const subject = this.#accounts.subjectOf(account);
      if (written.includes(true)) this.#line.publish(subject, text);
      else if ((await this.#ask(subject, text)) === "yes") written = [true];
    }
    const outcome = written.includes(true) ? "delivered" : "nobody";
    this.#deliveries[outcome]++;
    return outcome;
  }

  async isOpen(account: AccountId): Promise<boolean | null> {
    if (this.#accounts.has(account)) return true;
    return knownOf(await this.#ask(this.#accounts.subjectOf(account), question));
  }

  hold(device: DeviceId, close: (why: WhyClosed) => void): Subscription {
    return this.#devices.add(device, close);
  }

  async isConnected(device: DeviceId): Promise<boolean | null> {
    if (this.#devices.has(device)) return true;
    const isHeld = knownOf(await this.#ask(this.#devices.subjectOf(device), question));
    // A node that alone has lost NATS answers nothing, and its people may be in calls.
    return isHeld === false && this.#nodes.isAnyMissing() ? null : isHeld;
  }

  closeDevice(device: DeviceId, why: WhyClosed): void {
    // Where this is lost, the login is gone all the same: a connection without one ends with the
    // next thing that it asks, or when the bus is back.
    this.#line.publish(this.#devices.subjectOf(device), why);
    this.#devices.call(device, why);
  }

  announce(announcement: Announcement): void {
    this.#nodes.announce(announcement);
  }

  hear(handler: (announcement: Announcement, from: NodeId) => void): Disposable {
    return this.#nodes.hear(handler);
  }

  members(): readonly NodeId[] {
    return this.#nodes.ids();
  }

  isMine(key: string): boolean {
    return this.#nodes.isMine(key);
  }

  onChange(handler: (change: BusChange) => void): Disposable {
    return this.#nodes.onChange(handler);
  }

  isUp(): boolean {
    return this.#line.isUp;
  }

  figures(): BusFigures {
    return {
      deliveries: this.#deliveries,
      reconnects: this.#line.reconnects,
      nodes: this.#nodes.ids().length,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#nodes[Symbol.dispose]();
    await this.#line[Symbol.asyncDispose]();
    this.#questions.giveUp();
  }

  #ask(subject: string, text: string): Promise<Answer> {
    return this.#questions.ask((number) =>
      this.#line.publish(subject, text, `${this.#answers}.${number}`),
    );
  }

  #hearAnswer({ subject, headers, data }: Msg): void {
    const number = subject.slice(this.#answers.length + 1);
    // NATS says 503 of a subject that nobody is subscribed to.
    if (headers?.code === 503) this.#questions.answered(number, "nobody");
    else this.#questions.answered(number, Buffer.from(data).toString() === "yes" ? "yes" : "no");
  }

  #hearOfAccount(account: AccountId, message: Msg): void {
    this.#obey(message, () => {
      if (message.data.length === 0) return this.#accounts.has(account);
      const carried = parseBusMessage(Buffer.from(message.data).toString());
      return this.#accounts.call(account, carried).includes(true);
    });
  }

  #hearOfDevice(device: DeviceId, message: Msg): void {
    this.#obey(message, () => {
      if (message.data.length > 0) {
        this.#devices.call(device, WhyClosedOfWire.parse(Buffer.from(message.data).toString()));
      }
      return this.#devices.has(device);
    });
  }

  /** Does what another node wants and answers it, where it asks. */
  #obey(message: Msg, act: () => boolean): void {
    let isYes = false;
    try {
      isYes = act();
    } catch (error) {
      this.#logger.error({ error }, "what another node sent could not be passed on");
    }
    if (message.reply) this.#line.publish(message.reply, isYes ? "yes" : "no");
  }
}

function knownOf(answer: Answer): boolean | null {
  return answer === "unknown" ? null : answer === "yes";
}
