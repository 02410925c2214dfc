import type { CallWatch, Pair } from "./contender.ts";
import { descriptions } from "./descriptions.ts";
import type { TextSocket } from "./text-socket.ts";
import { type Device, type OneCall, takeTurns } from "./turns.ts";

/** A SIP user agent over a WebSocket of its own (RFC 3261, RFC 7118). */
interface UserAgent extends Device {
  readonly user: string;
}

const domain = "ring.test";
let counted = 0;

/** Registers it for two hours, as a page does that stays open. */
export async function registerAt(user: string, socket: TextSocket): Promise<UserAgent> {
  const agent = { user, socket };
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.onEnd = (why) => reject(new Error(why));
  socket.onText = (text) => {
    if (text.startsWith("SIP/2.0 200 ")) resolve();
    else reject(new Error(text));
  };
  say(agent, `REGISTER sip:${domain}`, [
    `From: <sip:${user}@${domain}>;tag=${unique()}`,
    `To: <sip:${user}@${domain}>`,
    `Call-ID: ${unique()}`,
    "CSeq: 1 REGISTER",
    contactOf(agent),
    "Expires: 7200",
  ]);
  await promise;
  return agent;
}

export function sipPair(one: UserAgent, other: UserAgent): Pair {
  return takeTurns(one, other, (caller, callee, watch) => new SipCall(caller, callee, watch));
}

/** INVITE, 180, 200, ACK, BYE, 200: RFC 3665 §3.2. */
class SipCall implements OneCall<UserAgent> {
  readonly #caller: UserAgent;
  readonly #callee: UserAgent;
  readonly #watch: CallWatch;
  readonly #dialog: readonly string[];
  readonly #calleeTag = unique();
  /** What the callee's answers to the invite begin with. */
  #invited: readonly string[] = [];
  /** The answer as the caller got it. */
  #answer = "";

  constructor(caller: UserAgent, callee: UserAgent, watch: CallWatch) {
    this.#caller = caller;
    this.#callee = callee;
    this.#watch = watch;
    this.#dialog = [`From: <sip:${caller.user}@${domain}>;tag=${unique()}`, `Call-ID: ${unique()}`];
    const head = [
      ...this.#dialog,
      `To: <sip:${callee.user}@${domain}>`,
      "CSeq: 1 INVITE",
      contactOf(caller),
    ];
    say(caller, `INVITE sip:${callee.user}@${domain}`, head, descriptions.offer);
  }

  hear(agent: UserAgent, text: string): void {
    if (agent === this.#callee) this.#hearAsCallee(text);
    else this.#hearAsCaller(text);
  }

  #hearAsCallee(text: string): void {
    if (text.startsWith("INVITE ")) {
      this.#watch.rang();
      this.#invited = this.#answerTo(text);
      this.#callee.socket.send(messageOf("SIP/2.0 180 Ringing", this.#invited));
    } else if (text.startsWith("ACK ")) {
      this.#hangUp();
    } else if (text.startsWith("BYE ")) {
      this.#callee.socket.send(messageOf("SIP/2.0 200 OK", this.#answerTo(text)));
    }
  }

  #hearAsCaller(text: string): void {
    const status = text.slice(8, 11);
    if (!text.startsWith("SIP/2.0 ") || status > "299") {
      this.#watch.ended(text.split("\r\n")[0] ?? "");
    } else if (status === "180") {
      this.#pickUp();
    } else if (status === "200" && headerOf(text, "CSeq").endsWith("INVITE")) {
      this.#answer = text;
      this.#inDialog("ACK", 1, text);
    } else if (status === "200") {
      this.#watch.ended();
    }
  }

  /** The callee's person, once it rings at the caller's: nobody takes a call in the same moment. */
  #pickUp(): void {
    this.#callee.socket.send(messageOf("SIP/2.0 200 OK", this.#invited, descriptions.answer));
  }

  /** The caller's person, once the two are connected. */
  #hangUp(): void {
    this.#inDialog("BYE", 2, this.#answer);
  }

  /** RFC 3261 §12.2.1.1, with one proxy that recorded its route. */
  #inDialog(method: string, number: number, answer: string): void {
    const target = /<([^>]*)>/.exec(headerOf(answer, "Contact"))?.[1] ?? "";
    say(this.#caller, `${method} ${target}`, [
      ...headersOf(answer, "Record-Route")
        .toReversed()
        .map((route) => `Route: ${route}`),
      ...this.#dialog,
      `To: ${headerOf(answer, "To")}`,
      `CSeq: ${number} ${method}`,
    ]);
  }

  /** RFC 3261 §8.2.6.2. */
  #answerTo(request: string): string[] {
    const to = headerOf(request, "To");
    return [
      ...headersOf(request, "Via").map((via) => `Via: ${via}`),
      ...headersOf(request, "Record-Route").map((route) => `Record-Route: ${route}`),
      `From: ${headerOf(request, "From")}`,
      `To: ${to.includes(";tag=") ? to : `${to};tag=${this.#calleeTag}`}`,
      `Call-ID: ${headerOf(request, "Call-ID")}`,
      `CSeq: ${headerOf(request, "CSeq")}`,
      contactOf(this.#callee),
    ];
  }
}

function say(agent: UserAgent, line: string, head: readonly string[], body = ""): void {
  const via = `Via: SIP/2.0/WS ${agent.user}.invalid;branch=z9hG4bK${unique()}`;
  agent.socket.send(messageOf(`${line} SIP/2.0`, [via, "Max-Forwards: 70", ...head], body));
}

function messageOf(line: string, head: readonly string[], body = ""): string {
  const type = body === "" ? [] : ["Content-Type: application/sdp"];
  return [line, ...head, ...type, `Content-Length: ${body.length}`, "", body].join("\r\n");
}

function contactOf({ user }: UserAgent): string {
  return `Contact: <sip:${user}@${user}.invalid;transport=ws>`;
}

function unique(): string {
  return `u${++counted}${Math.random().toString(36).slice(2)}`;
}

function headerOf(text: string, name: string): string {
  return headersOf(text, name)[0] ?? "";
}

function headersOf(text: string, name: string): string[] {
  const found: string[] = [];
  const end = text.indexOf("\r\n\r\n");
  const start = `\r\n${name}: `;
  for (let at = text.indexOf(start); at >= 0 && at < end; at = text.indexOf(start, at + 1)) {
    found.push(text.slice(at + start.length, text.indexOf("\r\n", at + 2)));
  }
  return found;
}
