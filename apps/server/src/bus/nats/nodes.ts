import type { Logger } from "../../logger.ts";
import type { Announcement } from "../announcement.ts";
import { busLimits } from "../bus-limits.ts";
import type { BusChange, NodeId } from "../bus.ts";
import { Handlers } from "../handlers.ts";
import { Members } from "../members.ts";
import type { NatsLine } from "./nats-line.ts";
import { type NodeWord, parseNodeWord } from "./wire.ts";

export interface NodesParts {
  readonly self: NodeId;
  readonly line: NatsLine;
  /** On which all nodes of the installation speak. */
  readonly subject: string;
  /** Milliseconds; only differences count. */
  readonly now: () => number;
  readonly logger: Logger;
}

/** What all nodes tell each other: that they live, and what they announce. */
export class Nodes implements Disposable {
  readonly #parts: NodesParts;
  readonly #members: Members;
  readonly #hearing = new Handlers<{ announcement: Announcement; from: NodeId }, void>();
  readonly #changing = new Handlers<BusChange, void>();
  #pulse: NodeJS.Timeout | undefined;
  #restored: NodeJS.Timeout | undefined;

  constructor(parts: NodesParts) {
    this.#parts = parts;
    this.#members = new Members(parts.self);
    this.#members.listened(parts.now());
  }

  /** Resolves when those that live have had the time to say so. */
  async greet(): Promise<void> {
    const { line, subject } = this.#parts;
    line.subscribe(subject, ({ data }) => this.#hear(data));
    this.#say({ type: "hello" });
    await line.confirmed();
    await new Promise((resolve) => setTimeout(resolve, busLimits.greetingMs));
    this.#pulse = setInterval(() => {
      this.#say({ type: "alive" });
      void this.#listen();
    }, busLimits.heartbeatMs);
  }

  ids(): readonly NodeId[] {
    return this.#members.ids();
  }

  isMine(key: string): boolean {
    return this.#members.isMine(key);
  }

  /** Whether one that is no member may hold sockets all the same. */
  isAnyMissing(): boolean {
    return this.#members.isAnyMissing();
  }

  /** @throws AggregateError what handlers of this node threw */
  announce(announcement: Announcement): void {
    this.#say({ type: "announcement", announcement });
    this.#hearing.call({ announcement, from: this.#parts.self });
  }

  hear(handler: (announcement: Announcement, from: NodeId) => void): Disposable {
    return this.#hearing.add(({ announcement, from }) => handler(announcement, from));
  }

  onChange(handler: (change: BusChange) => void): Disposable {
    return this.#changing.add(handler);
  }

  /** The line is back. The others have missed what this node said, and this one what they did. */
  async back(): Promise<void> {
    if (!(await this.#parts.line.confirmed())) return;
    this.#say({ type: "back" });
    this.#say({ type: "hello" });
    this.#restoredSoon();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#pulse);
    clearTimeout(this.#restored);
    this.#say({ type: "leaving" });
  }

  #say(word: WithoutFrom<NodeWord>): void {
    const { line, subject, self } = this.#parts;
    line.publish(subject, JSON.stringify({ ...word, from: self }));
  }

  #hear(data: Uint8Array): void {
    let word: NodeWord;
    try {
      word = parseNodeWord(Buffer.from(data).toString("utf8"));
    } catch (error) {
      this.#parts.logger.warn({ error }, "another node said what this version does not know");
      return;
    }
    if (word.type === "leaving") {
      if (this.#members.left(word.from)) this.#changed("members");
      return;
    }
    const isNew = this.#members.heard(word.from, this.#parts.now());
    if (word.type === "hello") this.#say({ type: "alive" });
    if (isNew) this.#changed("members");
    if (word.type === "back") this.#restoredSoon();
    if (word.type !== "announcement") return;
    this.#tell(() => this.#hearing.call(word));
  }

  async #listen(): Promise<void> {
    if (!(await this.#parts.line.confirmed())) return;
    if (this.#members.listened(this.#parts.now())) this.#changed("members");
  }

  /** Once, for all that come back at about the same time. */
  #restoredSoon(): void {
    this.#restored ??= setTimeout(() => {
      this.#restored = undefined;
      this.#changed("restored");
    }, busLimits.restoredSettleMs);
  }

  #changed(change: BusChange): void {
    if (change === "members") {
      this.#parts.logger.info(`nodes that live: ${this.#members.ids().length}`);
    }
    this.#tell(() => this.#changing.call(change));
  }

  #tell(handlers: () => void): void {
    try {
      handlers();
    } catch (error) {
      this.#parts.logger.error({ error }, "what another node said could not be obeyed");
    }
  }
}

type WithoutFrom<Word> = Word extends NodeWord ? Omit<Word, "from"> : never;
