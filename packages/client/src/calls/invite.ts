import { type CallId, limits, type UpMessage } from "@ringfence/protocol";
import { clientLimits } from "../limits.ts";
import { makeUuid } from "../uuid.ts";
import type { OwnCallMessage } from "./call-messages.ts";

interface InviteEvents {
  /** It was sent, and waits for its answer. */
  onSent(): void;
  /** There is no connection, or no answer came. */
  onUnreachable(): void;
}

/** The invite of a call, from the tap until it is answered. */
export class Invite {
  readonly #wish: Pick<Extract<UpMessage, { type: "invite" }>, "to" | "kind">;
  readonly #send: (message: UpMessage) => boolean;
  readonly #events: InviteEvents;
  #requestId: string | null = null;
  #early: OwnCallMessage[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    wish: Pick<Extract<UpMessage, { type: "invite" }>, "to" | "kind">,
    send: (message: UpMessage) => boolean,
    events: InviteEvents,
  ) {
    this.#wish = wish;
    this.#send = send;
    this.#events = events;
  }

  /** null until it was sent. */
  get requestId(): string | null {
    return this.#requestId;
  }

  /** Nothing is sent for a second, in which the person may think better of it. */
  begin(): void {
    this.#timer = setTimeout(() => this.#say(), limits.cancelBeforeInviteMs);
  }

  /**
   * Keeps what is said of a call that may turn out to be this one: the other side can be quicker
   * than the answer to the invite.
   */
  keep(message: OwnCallMessage): void {
    this.#early.push(message);
  }

  /**
   * Nobody waits for the answer any more.
   *
   * @param callId the call that it rang, where it did
   * @returns what was kept of that call
   */
  close(callId: CallId | null): OwnCallMessage[] {
    clearTimeout(this.#timer);
    const early = this.#early;
    this.#early = [];
    return early.filter((message) => {
      const about = "call" in message ? message.call : message;
      return "callId" in about && about.callId === callId;
    });
  }

  #say(): void {
    const requestId = makeUuid();
    if (!this.#send({ type: "invite", requestId, ...this.#wish })) {
      this.#events.onUnreachable();
      return;
    }
    this.#requestId = requestId;
    this.#timer = setTimeout(() => this.#events.onUnreachable(), clientLimits.inviteTimeoutMs);
    this.#events.onSent();
  }
}
