import { paddedLength } from "../stun/attribute.ts";
import { concatBytes } from "../stun/bytes.ts";
import { magicCookie, stunHeaderBytes } from "../stun/message.ts";
import { channelDataHeaderBytes, isChannelData } from "./channel-data.ts";

/** What a stream brought: whole frames, and whether it can be read on. */
export interface StreamFrames {
  readonly frames: readonly Uint8Array[];
  /** The stream is no longer TURN, or a frame is longer than any that it should carry. */
  readonly isBroken: boolean;
}

/**
 * Cuts the bytes of a TCP or TLS connection into STUN messages and ChannelData messages. There is
 * no framing but their own lengths (RFC 8656 §3.1 and §12.5: no RFC 4571 prefix, and ChannelData is
 * padded to a multiple of 4).
 */
export class StreamDeframer {
  readonly #frameBytesMax: number;
  #pending: Uint8Array = new Uint8Array(0);

  constructor(frameBytesMax: number) {
    this.#frameBytesMax = frameBytesMax;
  }

  push(chunk: Uint8Array): StreamFrames {
    const bytes = this.#pending.length === 0 ? chunk : concatBytes(this.#pending, chunk);
    const frames: Uint8Array[] = [];
    let offset = 0;
    for (;;) {
      const length = frameLength(bytes.subarray(offset));
      if (length === "broken" || (length ?? 0) > this.#frameBytesMax) {
        return { frames, isBroken: true };
      }
      if (length === undefined || offset + length > bytes.length) break;
      frames.push(bytes.subarray(offset, offset + length));
      offset += length;
    }
    // A copy: a few bytes that wait must not keep a whole chunk, and frames may be rewritten.
    this.#pending = Uint8Array.from(bytes.subarray(offset));
    return { frames, isBroken: false };
  }
}

/** How long the frame is that begins here; nothing while its header is not all there. */
function frameLength(bytes: Uint8Array): number | "broken" | undefined {
  const first = bytes[0];
  if (first === undefined) return undefined;
  if (first >= 0x80) return "broken";
  if (bytes.length < channelDataHeaderBytes) return undefined;
  const length = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
  if (isChannelData(bytes)) return channelDataHeaderBytes + paddedLength(length);
  if (length % 4 !== 0) return "broken";
  if (bytes.length >= 8) {
    const cookie = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4);
    if (cookie !== magicCookie) return "broken";
  }
  return stunHeaderBytes + length;
}
