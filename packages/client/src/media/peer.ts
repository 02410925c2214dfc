import type {
  CallId,
  CallRoute,
  IceCandidate,
  IceParameters,
  PeerMessage,
  RelayCredential,
} from "@ringfence/protocol";
import type { ConnectionSample } from "./connection-sample.ts";
import type { SentMedia } from "./media-sections.ts";
import type { Measurement } from "./quality.ts";
import type { RelayReach } from "./relay-reach.ts";
import type { PictureRoom } from "./room-for-pictures.ts";

/** What a call does with its peer connection. */
export interface Peer {
  /**
   * The caller's description, without an address but the relay's.
   *
   * @param fresh for a connection that was described before: ICE restarts on it (RFC 8445 §9)
   * @throws {UnsafeDescription} where the browser wrote one; an Error where another description was
   * begun meanwhile
   */
  makeOffer(fresh?: RelayCredential): Promise<string>;
  /**
   * Callee, while it rings: takes its place at the relay, for the offer that will have these ICE
   * parameters. Sends nothing to anybody else. Where the browser or the offer does not fit, `makeAnswer`
   * begins as if this had not been called.
   */
  prepare(ice: IceParameters): void;
  /**
   * The same offer again is given the same answer.
   *
   * @param fresh for an offer that restarts ICE
   * @throws {UnsafeDescription} where the offer, or the answer to it, shows an address, or the offer is
   * of another certificate than the one before; an Error as of `makeOffer`
   */
  makeAnswer(offer: string, fresh?: RelayCredential): Promise<string>;
  /** @throws {UnsafeDescription} */
  takeAnswer(answer: string): Promise<void>;
  /**
   * The two have agreed to speak: in a direct call the other side may be told from now on where this
   * browser is. Until then the call goes by the relay.
   */
  showAddress(): void;
  /** Kept until there is a description that it belongs to. */
  addCandidate(candidate: IceCandidate): void;
  /** Puts a track in, or takes it out, without a new description. */
  setTrack(sends: SentMedia, track: MediaStreamTrack | null): void;
  /** Says it now and again when the channel opens; of each type the latest. */
  say(message: PeerMessage): void;
  measure(): Promise<Measurement>;
  /** What the browser tells of the way and the encryption, also where it is closed meanwhile. */
  sample(): Promise<ConnectionSample>;
  /** Changes whenever anything has come from the other side: sound, reports or words. */
  countArrivals(): Promise<number>;
  /** Says what this side's pictures may use of the connection. */
  giveRoom(room: PictureRoom): void;
  close(): void;
}

export interface PeerEvents {
  /** After the description, which holds those that were there before. */
  onCandidate(candidate: IceCandidate): void;
  /** The other side's tracks, once; they bring something when it sends something. */
  onRemoteTracks(tracks: ReadonlyMap<SentMedia, MediaStreamTrack>): void;
  /** Whether packets can pass. */
  onPath(isUp: boolean): void;
  /** Over what the relay was reached, or not. */
  onRelayReach(reach: RelayReach): void;
  onPeerMessage(message: PeerMessage): void;
  /** Whoever is at the other end holds another certificate than the description that was taken names. */
  onWrongCertificate(): void;
  /** The other side, or this browser, wrote what must not be used. */
  onUnsafe(): void;
}

/** What a connection is made for. */
export interface PeerCall {
  callId: CallId;
  role: "caller" | "callee";
  relay: RelayCredential;
  /** `relayed`: the browser looks for no path but the relay. */
  route: CallRoute;
}

export type OpenPeer = (call: PeerCall, events: PeerEvents) => Peer;
