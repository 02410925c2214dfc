import {
  type CallId,
  checkCandidate,
  type CallRoute,
  type IceCandidate,
  iceParametersOf,
  type PeerMessage,
  type UpMessage,
} from "@ringfence/protocol";
import { UnsafeDescription } from "../media/errors.ts";
import type { LocalMedia, LocalMediaState } from "../media/local-media.ts";
import type { SentMedia } from "../media/media-sections.ts";
import type { Peer, PeerCall } from "../media/peer.ts";
import { nothingReached, type RelayReach } from "../media/relay-reach.ts";
import type { RemoteAudio } from "../media/remote-audio.ts";
import type { PictureRoom } from "../media/room-for-pictures.ts";
import type { OwnCallMessage } from "./call-messages.ts";
import type { CallParts } from "./call-parts.ts";
import { MediaWatch } from "./media-watch.ts";
import { type QualityDrawing, QualityWatch } from "./quality-watch.ts";

interface OpenCall extends PeerCall {
  callId: CallId;
  /** What the server told both. `route` is "relayed" also where this side does not agree. */
  toldRoute: CallRoute;
  /** Whether this side begins with its camera on. */
  camera: boolean;
}

interface CallMediaEvents {
  say(message: UpMessage): void;
  /** The other side or this browser wrote, or could not use, a description: the call cannot go on. */
  onFailed(reason: "unsafe-description" | "unsupported"): void;
  /** Media arrives, or stopped arriving. */
  onMedia(): void;
  /** Something that is drawn changed. */
  onChange(): void;
}

/** What of the media a page draws. */
export interface MediaDrawing {
  quality: QualityDrawing;
  /** What the media goes by; null until some does. */
  path: CallRoute | null;
  local: LocalMediaState;
  remote: PeerMessage;
  remotePicture: MediaStream | null;
  relayReach: RelayReach;
  remoteScreen: MediaStream | null;
}

/**
 * The connection of one call, this side's devices, and the other side's sound and picture. It is
 * made when the caller may gather, or when the callee has won: opening the devices and describing
 * the connection then go side by side, neither waiting for the other.
 */
export class CallMedia {
  readonly devices: LocalMedia;
  readonly #call: OpenCall;
  readonly #events: CallMediaEvents;
  readonly #peer: Peer;
  readonly #audio: RemoteAudio;
  readonly #watch: MediaWatch;
  readonly #quality: QualityWatch;
  /** What this side has said of its connection, in order. */
  readonly #said: UpMessage[] = [];
  #hasRemote = false;
  #isClosed = false;
  #remote: PeerMessage = nothingHeard;
  #remotePicture: MediaStream | null = null;
  #remoteScreen: MediaStream | null = null;
  #path: CallRoute | null = null;
  #relayReach = nothingReached;

  constructor(parts: CallParts, call: OpenCall, events: CallMediaEvents) {
    const { callId } = call;
    this.#call = call;
    this.#events = events;
    this.#audio = parts.openRemoteAudio();
    this.#peer = parts.openPeer(call, {
      onCandidate: (candidate) => this.#say({ type: "candidate", callId, round: 0, candidate }),
      onUnsafe: () => events.onFailed("unsafe-description"),
      onRemoteTracks: (tracks) => this.#takeTracks(tracks),
      onPath: (isUp) => this.#watch.setPath(isUp),
      onRelayReach: (reach) => {
        this.#relayReach = reach;
        events.onChange();
      },
      onPeerMessage: (message) => this.#hearPeer(message),
    });
    this.#quality = new QualityWatch(this.#peer, () => this.#change());
    this.#watch = new MediaWatch(this.#peer, {
      onMedia: (isUp) => {
        this.#quality.setMedia(isUp);
        events.onMedia();
      },
      onPath: (path) => {
        this.#path = path;
        events.onChange();
      },
    });
    this.devices = parts.openMedia({
      onTrack: (sends, track) => this.#peer.setTrack(sends, track),
      onSpeaker: (id) => this.#audio.useSpeaker(id),
      onQuestion: () => this.#say({ type: "microphone-pending", callId }),
      onChange: () => this.#change(),
    });
  }

  openDevices(): void {
    this.devices.open({ camera: this.#call.camera });
  }

  /** Whether the other side's media arrives. */
  get isUp(): boolean {
    return this.#watch.isMediaUp;
  }

  /** Caller. */
  offer(): void {
    void this.#dare(async () => {
      const description = await this.#peer.makeOffer();
      const ice = iceParametersOf(description);
      if (ice === null) throw new UnsafeDescription("no ICE parameters");
      const round = { round: 0, isNewConnection: true };
      this.#say({ type: "offer", callId: this.#call.callId, ...round, description, ice });
    });
  }

  /** What the other side says of its connection, as far as its role may. */
  receive(message: Extract<OwnCallMessage, { type: "offer" | "answer" | "candidate" }>): void {
    const { role } = this.#call;
    if (message.type === "candidate") this.#takeCandidate(message.candidate);
    else if (message.type === "offer" && role === "callee") this.answer(message.description);
    else if (message.type === "answer" && role === "caller") this.#takeAnswer(message.description);
  }

  /** Callee, once: another offer changes nothing. */
  answer(offer: string): void {
    if (this.#hasRemote) return;
    this.#hasRemote = true;
    void this.#dare(async () => {
      const description = await this.#peer.makeAnswer(offer);
      this.#say({ type: "answer", callId: this.#call.callId, round: 0, description });
      this.#peer.showAddress();
    });
  }

  #takeCandidate(candidate: IceCandidate): void {
    const { route, toldRoute } = this.#call;
    // The other side was told that the call is direct, and may believe it. This side is relayed.
    const isUseless = route !== toldRoute && !checkCandidate(candidate, route).allowed;
    if (!isUseless) this.#peer.addCandidate(candidate);
  }

  /** Caller, once: another answer changes nothing. */
  #takeAnswer(answer: string): void {
    if (this.#hasRemote) return;
    this.#hasRemote = true;
    this.#peer.showAddress();
    void this.#dare(() => this.#peer.takeAnswer(answer));
  }

  /** Says whether media arrives: once it did, and also when it stops after the call connected. */
  sayArrival({ wasConnected }: { wasConnected: boolean }): void {
    const { callId } = this.#call;
    if (this.isUp) this.#events.say({ type: "media-connected", callId });
    else if (wasConnected) this.#events.say({ type: "media-lost", callId });
  }

  /**
   * Says again what may be lost with the socket that it was written to. What the server knows
   * already it refuses, or passes on to no effect.
   */
  sayAgain({ wasConnected }: { wasConnected: boolean }): void {
    if (!wasConnected) for (const message of this.#said) this.#events.say(message);
    this.sayArrival({ wasConnected });
  }

  draw(): MediaDrawing {
    return {
      quality: this.#quality.draw(),
      path: this.#path,
      local: this.devices.state,
      remote: this.#remote,
      remotePicture: this.#remotePicture,
      relayReach: this.#relayReach,
      remoteScreen: this.#remoteScreen,
    };
  }

  close(): void {
    this.#isClosed = true;
    this.#watch.close();
    this.#quality.close();
    this.#peer.close();
    this.devices.close();
    this.#audio.close();
  }

  #hearPeer(message: PeerMessage): void {
    this.#remote = message;
    this.#watch.hearPeer(message);
    this.#quality.hearPeer(message);
    this.#events.onChange();
  }

  #takeTracks(tracks: ReadonlyMap<SentMedia, MediaStreamTrack>): void {
    const sound = tracks.get("microphone");
    const picture = tracks.get("camera");
    if (sound !== undefined) this.#audio.play(sound);
    const screen = tracks.get("screen");
    if (picture !== undefined) this.#remotePicture = new MediaStream([picture]);
    if (screen !== undefined) this.#remoteScreen = new MediaStream([screen]);
    this.#events.onChange();
  }

  /** Something of this side's changed: its page and the other side are told. */
  #change(): void {
    this.#peer.say(describeDevices(this.devices.state, this.#quality.draw().room));
    this.#events.onChange();
  }

  #say(message: UpMessage): void {
    if (this.#isClosed) return;
    this.#said.push(message);
    this.#events.say(message);
  }

  /** Does what the other side's text or the browser may make fail; that ends the call, in words. */
  async #dare(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (this.#isClosed) return;
      const isUnsafe = error instanceof UnsafeDescription;
      this.#events.onFailed(isUnsafe ? "unsafe-description" : "unsupported");
    }
  }
}

/** As if the other side's browser still asked its person. */
export const nothingHeard: PeerMessage = {
  type: "devices",
  microphone: "pending",
  camera: "off",
  screen: "off",
};

function describeDevices(
  { microphone, isMuted, camera, screen }: LocalMediaState,
  room: PictureRoom,
): PeerMessage {
  return {
    type: "devices",
    microphone: describeMicrophone(),
    camera: describePicture(camera === "on", room.camera),
    screen: describePicture(screen === "on", room.screen),
  };

  function describeMicrophone(): PeerMessage["microphone"] {
    if (microphone === "pending") return "pending";
    if (microphone !== "on") return "none";
    return isMuted ? "muted" : "on";
  }
}

function describePicture(isOn: boolean, room: number | null): PeerMessage["camera"] {
  if (!isOn) return "off";
  return room === null ? "paused" : "on";
}
