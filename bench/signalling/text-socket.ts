import { once } from "node:events";
import { type Socket, connect } from "node:net";

/** A connection that carries texts, as a client has it. Nothing of it is kept for later: it is quick. */
export interface TextSocket {
  send(text: string): void;
  onText: (text: string) => void;
  /** It ended, or the other side spoke otherwise than its protocol says. */
  onEnd: (why: string) => void;
  end(): void;
}

export interface Address {
  readonly host: string;
  readonly port: number;
  /** From which of this machine's addresses; a server may take so many from each. */
  readonly localAddress?: string;
}

export interface WebSocketAddress extends Address {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** RFC 6455 §5.3 wants chance; a generator only has to be masked as any browser is. */
const mask = 0x5a_c3_96_3d;
const maskBytes = [0x3d, 0x96, 0xc3, 0x5a];
const maxFrameHead = 8;
const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;
/** One for all: a text is written before the next is made. Words lie on multiples of four. */
const plain = Buffer.alloc(65_536 + 4);
const plainWords = new Int32Array(plain.buffer, plain.byteOffset, plain.length >> 2);

/** TCP, and every chunk as it comes: for protocols that find the ends of their texts themselves. */
export async function openTcp(address: Address): Promise<TextSocket> {
  const socket = await connected(address);
  const text: TextSocket = {
    send: (words) => void socket.write(words, "latin1"),
    onText: () => {},
    onEnd: () => {},
    end: () => socket.destroy(),
  };
  socket.on("data", (chunk) => text.onText(chunk.toString("latin1")));
  reportEnd(socket, text);
  return text;
}

/** A WebSocket: RFC 6455, as much of it as a client of servers that behave needs. */
export async function openWebSocket(address: WebSocketAddress): Promise<TextSocket> {
  const socket = await connected(address);
  const { host, port, path, headers } = address;
  const head = { Host: `${host}:${port}`, Connection: "Upgrade", Upgrade: "websocket", ...headers };
  const lines = Object.entries({
    ...head,
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": Buffer.from("a bench's 16 byt").toString("base64"),
  });
  socket.write(
    `GET ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`,
  );
  let rest = await untilUpgraded(socket);
  const text: TextSocket = {
    send: (words) => void socket.write(frameOf(opcodes.text, words)),
    onText: () => {},
    onEnd: () => {},
    end: () => socket.destroy(),
  };
  const readAll = (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const frame = readFrame(rest);
      if (frame === undefined) return;
      rest = rest.subarray(frame.end);
      if (frame.opcode === opcodes.text) text.onText(frame.text);
      else if (frame.opcode === opcodes.ping) socket.write(frameOf(opcodes.pong, frame.text));
      else text.onEnd(`closed: ${frame.text.slice(2)}`);
    }
  };
  reportEnd(socket, text);
  // Once whoever opened it listens: some servers speak first.
  setImmediate(() => {
    readAll(Buffer.alloc(0));
    socket.on("data", readAll);
    socket.resume();
  });
  return text;
}

async function connected({ host, port, localAddress }: Address): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true, ...(localAddress && { localAddress }) });
  await once(socket, "connect");
  return socket;
}

function reportEnd(socket: Socket, text: TextSocket): void {
  socket.on("error", (error) => text.onEnd(error.message));
  socket.on("close", () => text.onEnd("the server closed the connection"));
}

/** @returns what came behind the answer */
async function untilUpgraded(socket: Socket): Promise<Buffer> {
  let answer = Buffer.alloc(0);
  for (;;) {
    const [chunk] = (await once(socket, "data")) as [Buffer];
    answer = Buffer.concat([answer, chunk]);
    const end = answer.indexOf("\r\n\r\n");
    if (end < 0) continue;
    socket.pause();
    const [status = ""] = answer.toString("latin1", 0, end).split("\r\n");
    if (!status.includes(" 101 ")) throw new Error(`No WebSocket: ${status}`);
    return answer.subarray(end + 4);
  }
}

/** RFC 6455 §5.2. */
function frameOf(opcode: number, text: string): Buffer {
  const length = plain.write(text, "latin1");
  for (let word = 0; word < length >> 2; word++) plainWords[word] = (plainWords[word] ?? 0) ^ mask;
  for (let at = length & ~3; at < length; at++) {
    plain[at] = (plain[at] ?? 0) ^ (maskBytes[at & 3] ?? 0);
  }
  const isShort = length < 126;
  const frame = Buffer.allocUnsafe((isShort ? maxFrameHead - 2 : maxFrameHead) + length);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (isShort ? length : 126);
  if (!isShort) frame.writeUInt16BE(length, 2);
  const head = isShort ? 2 : 4;
  frame.set(maskBytes, head);
  plain.copy(frame, head + 4, 0, length);
  return frame;
}

/** From a server, so without a mask; undefined where it is not there as a whole yet. */
function readFrame(bytes: Buffer): { opcode: number; text: string; end: number } | undefined {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  const head = second < 126 ? 2 : second === 126 ? 4 : 10;
  if (bytes.length < head) return undefined;
  const length =
    second < 126 ? second : second === 126 ? bytes.readUInt16BE(2) : bytes.readUInt32BE(6);
  const end = head + length;
  if (bytes.length < end) return undefined;
  return { opcode: first & 0x0f, text: bytes.toString("latin1", head, end), end };
}
