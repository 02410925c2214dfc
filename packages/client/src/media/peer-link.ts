import { parsePeerMessage, peerChannel, type PeerMessage } from "@ringfence/protocol";

/** What the two pages of a call say to each other over one connection, of each type the latest. */
export class PeerLink {
  readonly #channel: RTCDataChannel;

  /** @param latest what is said as soon as the channel opens; kept by whoever has the connection */
  constructor(
    connection: RTCPeerConnection,
    latest: ReadonlyMap<PeerMessage["type"], PeerMessage>,
    onMessage: (message: PeerMessage) => void,
  ) {
    const { label, id } = peerChannel;
    this.#channel = connection.createDataChannel(label, { negotiated: true, id });
    this.#channel.addEventListener("open", () => {
      for (const message of latest.values()) this.say(message);
    });
    this.#channel.addEventListener("message", ({ data }) => {
      const message = parsePeerMessage(data);
      if (message !== null) onMessage(message);
    });
  }

  /** Says nothing before the channel is open. */
  say(message: PeerMessage): void {
    if (this.#channel.readyState === "open") this.#channel.send(JSON.stringify(message));
  }
}
