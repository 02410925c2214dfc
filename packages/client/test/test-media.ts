import type {
  CallRoute,
  IceCandidate,
  IceParameters,
  PeerMessage,
  RelayCredential,
} from "@ringfence/protocol";
import type { MediaParts } from "../src/calls/call-parts.ts";
import { type ConnectionSample, readConnectionSample } from "../src/media/connection-sample.ts";
import type { LocalMedia, LocalMediaEvents, LocalMediaState } from "../src/media/local-media.ts";
import { nothingOpen } from "../src/media/local-media.ts";
import type { SentMedia } from "../src/media/media-sections.ts";
import type { Peer, PeerCall, PeerEvents } from "../src/media/peer.ts";
import { type Measurement, nothingMeasured } from "../src/media/quality.ts";
import type { OpenRemoteAudio } from "../src/media/remote-audio.ts";
import type { Sound, Tone } from "../src/media/sound.ts";

export const ownIce = { ufrag: "abcd", pwd: "0123456789012345678901" };
const certificate = `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => "AA").join(":")}`;
export const anOffer = `an offer\r\n${certificate}\r\na=ice-ufrag:${ownIce.ufrag}\r\na=ice-pwd:${ownIce.pwd}\r\n`;
export const anAnswer = `an answer\r\n${certificate}\r\n`;

/** A browser's media in which everything happens when the test says so. */
export class TestMedia implements MediaParts {
  readonly peers: TestPeer[] = [];
  readonly devices: TestDevices[] = [];
  readonly sound = new TestSound();
  readonly awake: AbortSignal[] = [];
  /** Of the latest call: as a browser that plays nothing without a gesture, or does so now. */
  holdSound: (isHeld: boolean) => void = () => {};

  openPeer = (call: PeerCall, events: PeerEvents): Peer => {
    const peer = new TestPeer(call, events);
    this.peers.push(peer);
    return peer;
  };

  openMedia = (events: LocalMediaEvents): LocalMedia => {
    const devices = new TestDevices(events);
    this.devices.push(devices);
    return devices;
  };

  openRemoteAudio: OpenRemoteAudio = (onHeld) => {
    this.holdSound = onHeld;
    return { play() {}, useSpeaker() {}, close() {} };
  };

  keepAwake = (signal: AbortSignal): void => void this.awake.push(signal);

  now = (): number => performance.now();

  /** The one peer connection of the test. */
  get peer(): TestPeer {
    const peer = this.peers.at(-1);
    if (peer === undefined) throw new Error("no peer connection");
    return peer;
  }

  get device(): TestDevices {
    const device = this.devices.at(-1);
    if (device === undefined) throw new Error("no devices");
    return device;
  }
}

export class TestPeer implements Peer {
  readonly role: "caller" | "callee";
  readonly relay: RelayCredential;
  readonly route: CallRoute;
  mayShowAddress = false;
  readonly events: PeerEvents;
  /** While it rang. */
  prepared: IceParameters | null = null;
  readonly taken: string[] = [];
  readonly candidates: IceCandidate[] = [];
  readonly said: PeerMessage[] = [];
  isClosed = false;
  /** What `takeAnswer` and `makeAnswer` throw. */
  fault: Error | null = null;
  /** The credentials of ICE restarts, in order. */
  readonly restarts: RelayCredential[] = [];
  readonly tracks = new Map<SentMedia, MediaStreamTrack | null>();
  offers = 0;
  measurement: Measurement = nothingMeasured;
  packetsPerLook = 0;
  arrivals = 0;

  constructor({ role, relay, route }: PeerCall, events: PeerEvents) {
    this.role = role;
    this.relay = relay;
    this.route = route;
    this.events = events;
  }

  makeOffer = async (fresh?: RelayCredential): Promise<string> => {
    this.offers += 1;
    if (fresh !== undefined) this.restarts.push(fresh);
    return this.offers === 1 ? anOffer : `again ${anOffer}`;
  };

  prepare(ice: IceParameters): void {
    this.prepared = ice;
  }

  makeAnswer = async (offer: string, fresh?: RelayCredential): Promise<string> => {
    if (this.taken.at(-1) !== offer || this.fault !== null) await this.takeAnswer(offer);
    if (fresh !== undefined) this.restarts.push(fresh);
    return anAnswer;
  };

  takeAnswer = async (answer: string): Promise<void> => {
    this.taken.push(answer);
    if (this.fault !== null) throw this.fault;
  };

  showAddress(): void {
    this.mayShowAddress = true;
  }

  addCandidate(candidate: IceCandidate): void {
    this.candidates.push(candidate);
  }

  setTrack(sends: SentMedia, track: MediaStreamTrack | null): void {
    this.tracks.set(sends, track);
  }
  giveRoom(): void {}

  say(message: PeerMessage): void {
    this.said.push(message);
  }

  measure = async (): Promise<Measurement> => {
    const audioPacketsReceived = this.measurement.audioPacketsReceived + this.packetsPerLook;
    this.measurement = { ...this.measurement, audioPacketsReceived };
    return this.measurement;
  };

  sample = async (): Promise<ConnectionSample> => readConnectionSample(new Map());

  countArrivals = async (): Promise<number> => {
    this.arrivals += this.packetsPerLook;
    return this.arrivals;
  };

  close(): void {
    this.isClosed = true;
  }

  /** Packets of sound come over a path that is up. */
  hear(): void {
    this.packetsPerLook = 50;
    this.events.onPath(true);
  }

  losePath(): void {
    this.packetsPerLook = 0;
    this.events.onPath(false);
  }
}

export class TestDevices implements LocalMedia {
  readonly events: LocalMediaEvents;
  state: LocalMediaState = nothingOpen;
  opened: { camera: boolean } | null = null;
  isClosed = false;

  constructor(events: LocalMediaEvents) {
    this.events = events;
  }

  open(options: { camera: boolean }): void {
    this.opened = options;
  }

  setMuted(isMuted: boolean): void {
    this.become({ isMuted });
  }

  setCamera(isOn: boolean): void {
    this.become({ camera: isOn ? "on" : "off" });
  }

  openMicrophone(): void {}
  switchCamera(): void {}
  choose(): void {}
  setSound(): void {}
  forgetChange(): void {}
  watchLevel = () => () => {};

  shareScreen(): void {
    this.become({ screen: "on" });
  }

  stopSharing(): void {
    this.become({ screen: "off" });
  }

  close(): void {
    this.isClosed = true;
  }

  become(change: Partial<LocalMediaState>): void {
    this.state = { ...this.state, ...change };
    this.events.onChange();
  }
}

class TestSound implements Sound {
  readonly playing = new Set<Tone>();
  /** Every tone that was begun, in order. */
  readonly played: Tone[] = [];
  isAllowed = true;

  async start(): Promise<boolean> {
    return this.isAllowed;
  }

  play(tone: Tone): () => void {
    this.played.push(tone);
    this.playing.add(tone);
    return () => void this.playing.delete(tone);
  }
}
