import {
  type CallPlace,
  type CallRoute,
  limits,
  type PeerDevices,
  type PeerMessage,
  type UpMessage,
} from "@ringfence/protocol";
import { clientLimits } from "../limits.ts";
import type { LocalMedia, LocalMediaState } from "../media/local-media.ts";
import type { SentMedia } from "../media/media-sections.ts";
import type { Peer } from "../media/peer.ts";
import { nothingReached, type RelayReach } from "../media/relay-reach.ts";
import type { RemoteAudio } from "../media/remote-audio.ts";
import type { PictureRoom } from "../media/room-for-pictures.ts";
import type { NegotiationMessage } from "./call-messages.ts";
import type { CallParts, ServerLine } from "./call-parts.ts";
import type { EndToEndTrust } from "./end-to-end-trust.ts";
import { MediaWatch } from "./media-watch.ts";
import { type NegotiatedCall, Negotiation } from "./negotiation.ts";
import { type QualityDrawing, QualityWatch } from "./quality-watch.ts";
import { Recovery } from "./recovery.ts";
import { SampleWatch } from "./sample-watch.ts";

interface OpenCall extends NegotiatedCall {
  /** Whether this side begins with its camera on. */
  camera: boolean;
  trust: EndToEndTrust;
}

interface CallMediaEvents {
  say(message: UpMessage): void;
  /** The other side or this browser wrote, or could not use, a description: the call cannot go on. */
  onFailed(reason: "unsafe-description" | "unsupported"): void;
  /** For longer than a call lasts without, nothing came from anybody: such as on a machine that slept. */
  onLost(): void;
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
  remote: PeerDevices;
  remotePicture: MediaStream | null;
  relayReach: RelayReach;
  remoteScreen: MediaStream | null;
  /** The browser plays nothing before the person touches the page. */
  isSoundHeld: boolean;
}

/**
 * The connection of one call, this side's devices, and the other side's sound and picture. It is
 * made when the caller may gather, or when the callee has won: opening the devices and describing
 * the connection then go side by side, neither waiting for the other. What it carries stays when
 * another connection takes its place.
 */
export class CallMedia {
  readonly devices: LocalMedia;
  readonly #call: OpenCall;
  readonly #server: ServerLine;
  readonly #events: CallMediaEvents;
  readonly #negotiation: Negotiation;
  readonly #audio: RemoteAudio;
  readonly #watch: MediaWatch;
  readonly #quality: QualityWatch;
  readonly #samples: SampleWatch;
  readonly #recovery: Recovery;
  readonly #pulse: ReturnType<typeof setInterval>;
  readonly #tracks = new Map<SentMedia, MediaStreamTrack | null>();
  /** As the server last said it. */
  #place: CallPlace | null = null;
  #remote: PeerDevices = nothingHeard;
  #remotePicture: MediaStream | null = null;
  #remoteScreen: MediaStream | null = null;
  #remoteTracks: ReadonlyMap<SentMedia, MediaStreamTrack> = new Map();
  /** Sound and picture may go and come, which holds once it began. */
  #isFlowing = false;
  #path: CallRoute | null = null;
  #isClosed = false;
  /** The browser asked its person for a device. */
  #hasQuestion = false;
  #relayReach = nothingReached;
  #isSoundHeld = false;

  constructor(parts: CallParts, call: OpenCall, events: CallMediaEvents) {
    this.#call = call;
    this.#server = parts.server;
    this.#events = events;
    this.#audio = parts.openRemoteAudio((isHeld) => {
      this.#isSoundHeld = isHeld;
      events.onChange();
    });
    this.#negotiation = new Negotiation(parts.openPeer, call, call.trust, {
      say: (message) => events.say(message),
      onFailed: (reason) => events.onFailed(reason),
      onRound: () => this.#recovery.began(parts.server.welcomedLines),
      onPeer: (peer) => this.#moveTo(peer),
      onRemoteTracks: (tracks) => this.#takeTracks(tracks),
      onPath: (isUp) => this.#watch.setPath(isUp),
      onRelayReach: (reach) => {
        this.#relayReach = reach;
        events.onChange();
      },
      onPeerMessage: (message) => this.#hearPeer(message),
    });
    // Whichever connection there is.
    const peer: Pick<Peer, "measure" | "sample" | "giveRoom"> = {
      measure: () => this.#negotiation.peer.measure(),
      sample: () => this.#negotiation.peer.sample(),
      giveRoom: (room) => this.#negotiation.peer.giveRoom(room),
    };
    this.#quality = new QualityWatch(peer, () => this.#change());
    this.#samples = new SampleWatch(peer, call.trust.evidence);
    this.#watch = new MediaWatch(this.#negotiation.peer, {
      onMedia: (isUp) => {
        this.#quality.setMedia(isUp);
        this.#samples.setMedia(isUp);
        events.onMedia();
      },
      onSilence: (isSilent) => (isSilent ? this.#recovery.lost() : this.#recovery.found()),
      onPath: (path) => {
        this.#path = path;
        this.#samples.look();
        events.onChange();
      },
    });
    this.#recovery = new Recovery({
      askServer: (how) => this.#askServer(how),
      rest: () => parts.server.rest(),
      restart: (how) => this.#restart(how),
    });
    this.devices = parts.openMedia({
      onTrack: (sends, track) => {
        this.#tracks.set(sends, track);
        if (this.#isFlowing) this.#negotiation.peer.setTrack(sends, track);
      },
      onQuestion: () => {
        this.#hasQuestion = true;
        this.#sayQuestion();
      },
      onSpeaker: (id) => this.#audio.useSpeaker(id),
      onChange: () => this.#change(),
    });
    this.#pulse = setInterval(() => this.#beat(), clientLimits.pulseMs);
  }

  /** The caller's at once; the callee's as soon as the other end is trusted. */
  openDevices(): void {
    if (this.#call.role === "caller") this.devices.open({ camera: this.#call.camera });
    this.heedTrust();
  }

  /** Lets sound and picture go and come where they may now; says that its person is asked. */
  heedTrust(): void {
    const { trust, role, camera } = this.#call;
    if (trust.drawn.question !== null) this.#sayTrustQuestion();
    if (trust.mayFlow && !this.#isFlowing) {
      this.#isFlowing = true;
      if (role === "callee") this.devices.open({ camera });
      this.#putTracksIn();
      this.#takeTracks(this.#remoteTracks);
      this.#sayDevices();
      this.#events.onMedia();
    }
    this.#events.onChange();
  }

  /** Whether the other side's media arrives, and is played. */
  get isUp(): boolean {
    return this.#isFlowing && this.#watch.isMediaUp;
  }

  /** How long nothing has come of the other side, by the clock on the wall. */
  get silentForMs(): number {
    return this.#watch.silentForMs;
  }

  /** Caller: the first round of this page. */
  offer(): void {
    this.#negotiation.offer();
  }

  /** Callee: asks for the first round of this page, where another page had those before. */
  askForConnection(): void {
    this.#negotiation.askForConnection();
  }

  /** What the other side says of its connection, as far as its role may. */
  receive(message: NegotiationMessage): void {
    this.#negotiation.receive(message);
  }

  /** Says whether media arrives: once it did, and also when it stops after the call connected. */
  sayArrival({ wasConnected }: { wasConnected: boolean }): void {
    const { callId } = this.#call;
    if (this.isUp) this.#events.say({ type: "media-connected", callId });
    else if (wasConnected) this.#events.say({ type: "media-lost", callId });
  }

  /**
   * What was lost with a socket is said again and heard again, or is overtaken by another round, where
   * nothing comes any more.
   */
  async resync(place: CallPlace, { wasConnected }: { wasConnected: boolean }): Promise<void> {
    this.#place = place;
    await this.#negotiation.hear(place);
    if (this.#isClosed) return;
    const { round } = this.#negotiation;
    const isOffered = place.round === round && place.offer !== null && place.answer === null;
    const isWaiting = this.#call.role === "caller" ? isOffered : place.restart !== null;
    const connection = this.#server.welcomedLines;
    const mayRestart = wasConnected || place.answer !== null;
    const isBegun = mayRestart && this.#recovery.heardServer({ connection, isWaiting });
    if (!isBegun) this.#negotiation.sayMissing(place);
    if (wasConnected) return;
    if (this.#hasQuestion) this.#sayQuestion();
    if (this.#call.trust.drawn.question !== null) this.#sayTrustQuestion();
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
      isSoundHeld: this.#isSoundHeld,
    };
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#pulse);
    this.#watch.close();
    this.#quality.close();
    this.#samples.close();
    this.#recovery.close();
    this.#negotiation.close();
    this.devices.close();
    this.#audio.close();
  }

  #askServer(how: { isUrgent: boolean }): void {
    const { lostTimeoutMs } = limits;
    const isLost = this.#watch.silentForMs >= lostTimeoutMs;
    if (isLost && this.#server.silentForMs >= lostTimeoutMs) this.#events.onLost();
    else this.#server.ask(how);
  }

  #restart({ isNewConnection }: { isNewConnection: boolean }): void {
    if (this.#call.role === "callee") this.#negotiation.askForRestart({ isNewConnection });
    else if (this.#place !== null) {
      const { round: after, relay } = this.#place;
      this.#negotiation.restart({ after, isNewConnection, relay });
    }
  }

  #moveTo(peer: Peer): void {
    if (this.#isFlowing) this.#putTracksIn();
    this.#sayDevices();
    this.#watch.follow(peer);
  }

  #putTracksIn(): void {
    const { peer } = this.#negotiation;
    for (const [sends, track] of this.#tracks) peer.setTrack(sends, track);
  }

  /** Says something where no sound does, so that silence always means that the path is gone. */
  #beat(): void {
    if (!this.#isFlowing || (this.#tracks.get("microphone") ?? null) === null) this.#sayDevices();
  }

  #sayDevices(): void {
    const { room } = this.#quality.draw();
    const devices = this.#isFlowing ? describeDevices(this.devices.state, room) : nothingHeard;
    this.#negotiation.peer.say(devices);
  }

  #sayQuestion(): void {
    this.#events.say({ type: "microphone-pending", callId: this.#call.callId });
  }

  #sayTrustQuestion(): void {
    this.#events.say({ type: "trust-pending", callId: this.#call.callId });
  }

  /** Something of this side's changed: its page and the other side are told. */
  #change(): void {
    this.#sayDevices();
    this.#events.onChange();
  }

  #hearPeer(message: PeerMessage): void {
    if (message.type === "nonce") {
      // Where this device has no key there is no call.
      this.#call.trust.hearNonce(message).catch(() => {});
      return;
    }
    this.#watch.hearPeer(message);
    this.#quality.hearPeer(message);
    if (JSON.stringify(message) === JSON.stringify(this.#remote)) return;
    this.#remote = message;
    this.#events.onChange();
  }

  #takeTracks(tracks: ReadonlyMap<SentMedia, MediaStreamTrack>): void {
    this.#remoteTracks = tracks;
    if (!this.#isFlowing) return;
    const sound = tracks.get("microphone");
    const picture = tracks.get("camera");
    if (sound !== undefined) this.#audio.play(sound);
    const screen = tracks.get("screen");
    if (picture !== undefined) this.#remotePicture = new MediaStream([picture]);
    if (screen !== undefined) this.#remoteScreen = new MediaStream([screen]);
    this.#events.onChange();
  }
}

/** As if the browser still asked its person. */
export const nothingHeard: PeerDevices = {
  type: "devices",
  microphone: "pending",
  camera: "off",
  screen: "off",
};

function describeDevices(
  { microphone, isMuted, camera, screen }: LocalMediaState,
  room: PictureRoom,
): PeerDevices {
  return {
    type: "devices",
    microphone: describeMicrophone(),
    camera: describePicture(camera === "on", room.camera),
    screen: describePicture(screen === "on", room.screen),
  };

  function describeMicrophone(): PeerDevices["microphone"] {
    if (microphone === "pending") return "pending";
    if (microphone !== "on") return "none";
    return isMuted ? "muted" : "on";
  }
}

function describePicture(isOn: boolean, room: number | null): PeerDevices["camera"] {
  if (!isOn) return "off";
  return room === null ? "paused" : "on";
}
