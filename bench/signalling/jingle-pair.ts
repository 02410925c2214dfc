import type { CallWatch, Pair } from "./contender.ts";
import { descriptions } from "./descriptions.ts";
import type { TextSocket } from "./text-socket.ts";
import { type Device, type OneCall, takeTurns } from "./turns.ts";

/** A client of XMPP with one resource, which tells everybody that it is there. */
interface JingleClient extends Device {
  readonly user: string;
}

const domain = "ring.test";
const resource = "web";
const jingle = "urn:xmpp:jingle:1";
const jingleMessage = "urn:xmpp:jingle-message:0";
const streamOpen = `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='${domain}' version='1.0'>`;
/** As long as the others' descriptions; a server passes on what it does not know. */
const contents = {
  offer: `<content xmlns='${jingle}' creator='initiator' name='0'><description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'>${descriptions.offer}</description></content>`,
  answer: `<content xmlns='${jingle}' creator='initiator' name='0'><description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'>${descriptions.answer}</description></content>`,
};
let counted = 0;

/** RFC 6120: SASL PLAIN, a resource, and presence. */
export async function signIn(user: string, socket: TextSocket): Promise<JingleClient> {
  const stanzas = new Stanzas();
  let wanted = Promise.withResolvers<string>();
  socket.onEnd = (why) => wanted.reject(new Error(why));
  let heard = "";
  const until = async (word: string) => {
    while (!heard.includes(word)) {
      wanted = Promise.withResolvers();
      await wanted.promise;
    }
    heard = "";
  };
  socket.onText = (chunk) => {
    heard += chunk;
    wanted.resolve(heard);
  };
  socket.send(streamOpen);
  await until("</stream:features>");
  const plain = Buffer.from(`\0${user}\0secret`).toString("base64");
  socket.send(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain}</auth>`);
  await until("<success");
  socket.send(streamOpen);
  await until("</stream:features>");
  socket.send(
    `<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>${resource}</resource></bind></iq>`,
  );
  await until("</iq>");
  socket.send("<presence/>");
  await until("<presence");
  return { user, socket: wholeStanzas(socket, stanzas) };
}

export function jinglePair(one: JingleClient, other: JingleClient): Pair {
  return takeTurns(one, other, (caller, callee, watch) => new JingleCall(caller, callee, watch));
}

/** XEP-0353: propose, ringing, proceed; then XEP-0166: initiate, accept, terminate. */
class JingleCall implements OneCall<JingleClient> {
  readonly #caller: JingleClient;
  readonly #callee: JingleClient;
  readonly #watch: CallWatch;
  readonly #id = `call${++counted}`;
  #isOver = 0;

  constructor(caller: JingleClient, callee: JingleClient, watch: CallWatch) {
    this.#caller = caller;
    this.#callee = callee;
    this.#watch = watch;
    this.#message(
      caller,
      bare(callee),
      "propose",
      "<description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'/>",
    );
  }

  hear(client: JingleClient, stanza: string): void {
    if (stanza.includes("type='error'")) this.#watch.ended(stanza.slice(0, 300));
    else if (client === this.#callee) this.#hearAsCallee(stanza);
    else this.#hearAsCaller(stanza);
  }

  #hearAsCallee(stanza: string): void {
    if (stanza.includes("<propose ")) {
      this.#watch.rang();
      this.#message(this.#callee, full(this.#caller), "ringing");
      this.#message(this.#callee, full(this.#caller), "proceed");
    } else if (stanza.includes("session-initiate")) {
      this.#acknowledge(this.#callee, this.#caller, stanza);
      this.#request(this.#callee, this.#caller, "session-accept", contents.answer);
    } else if (stanza.includes("session-terminate")) {
      this.#acknowledge(this.#callee, this.#caller, stanza);
      this.#end();
    }
  }

  #hearAsCaller(stanza: string): void {
    if (stanza.includes("<proceed ")) {
      this.#request(this.#caller, this.#callee, "session-initiate", contents.offer);
    } else if (stanza.includes("session-accept")) {
      this.#acknowledge(this.#caller, this.#callee, stanza);
      this.#request(this.#caller, this.#callee, "session-terminate", "<reason><success/></reason>");
    } else if (stanza.includes(`${this.#id}-session-terminate`)) {
      this.#end();
    }
  }

  #end(): void {
    if (++this.#isOver === 2) this.#watch.ended();
  }

  #message(from: JingleClient, to: string, name: string, inside = ""): void {
    from.socket.send(
      `<message type='chat' to='${to}' id='${this.#id}-${name}'><${name} xmlns='${jingleMessage}' id='${this.#id}'>${inside}</${name}></message>`,
    );
  }

  #request(from: JingleClient, to: JingleClient, action: string, inside: string): void {
    from.socket.send(
      `<iq type='set' to='${full(to)}' id='${this.#id}-${action}'><jingle xmlns='${jingle}' action='${action}' sid='${this.#id}'>${inside}</jingle></iq>`,
    );
  }

  #acknowledge(from: JingleClient, to: JingleClient, stanza: string): void {
    const id = /\bid=['"]([^'"]*)['"]/.exec(stanza.slice(0, stanza.indexOf(">")))?.[1] ?? "";
    from.socket.send(`<iq type='result' to='${full(to)}' id='${id}'/>`);
  }
}

function bare({ user }: JingleClient): string {
  return `${user}@${domain}`;
}

function full({ user }: JingleClient): string {
  return `${user}@${domain}/${resource}`;
}

/** TCP brings pieces; hands on whole stanzas. None of those here holds another of its own name. */
class Stanzas {
  #rest = "";

  push(chunk: string): string[] {
    this.#rest += chunk;
    const whole: string[] = [];
    for (;;) {
      const [, name] = /^\s*<([\w:]+)/.exec(this.#rest) ?? [];
      const head = this.#rest.indexOf(">");
      if (name === undefined || head < 0) return whole;
      const closing = `</${name}>`;
      const isEmpty = this.#rest[head - 1] === "/";
      const close = isEmpty ? head : this.#rest.indexOf(closing, head);
      if (close < 0) return whole;
      const end = isEmpty ? head + 1 : close + closing.length;
      whole.push(this.#rest.slice(0, end));
      this.#rest = this.#rest.slice(end);
    }
  }
}

function wholeStanzas(socket: TextSocket, stanzas: Stanzas): TextSocket {
  const whole: TextSocket = {
    send: (text) => socket.send(text),
    onText: () => {},
    onEnd: () => {},
    end: () => socket.end(),
  };
  socket.onText = (chunk) => {
    for (const stanza of stanzas.push(chunk)) whole.onText(stanza);
  };
  socket.onEnd = (why) => whole.onEnd(why);
  return whole;
}
