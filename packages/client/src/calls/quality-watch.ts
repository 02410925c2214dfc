import type { PeerDevices } from "@ringfence/protocol";
import { clientLimits } from "../limits.ts";
import type { Peer } from "../media/peer.ts";
import { judgeQuality, type Measurement } from "../media/quality.ts";
import {
  fullRoom,
  type PictureRoom,
  pictureSteps,
  shareRoom,
  type Sharing,
} from "../media/room-for-pictures.ts";
import type { CallQuality, QualityCause } from "./calls-snapshot.ts";

/** How well the media of a call gets through, as a page draws it. */
export interface QualityDrawing {
  quality: CallQuality;
  cause: QualityCause | null;
  /** What this side's pictures are given now. */
  room: PictureRoom;
  /** The other side's camera is on, and its picture stands still. */
  isFrozen: boolean;
}

/**
 * Measures a call whose media is up, every so often: says its quality in words, and gives this side's
 * pictures as much room as its sound leaves.
 */
export class QualityWatch {
  readonly #peer: Pick<Peer, "measure" | "giveRoom">;
  readonly #onChange: () => void;
  #judgement: { quality: CallQuality; cause: QualityCause | null } = unknown;
  #sharing: Sharing = fullRoom;
  #before: Measurement | null = null;
  #leastRoundTripMs = Infinity;
  /** Looks in a row at which the other side's camera should have brought a picture and did not. */
  #stillLooks = 0;
  #isCameraExpected = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isUp = false;

  constructor(peer: Pick<Peer, "measure" | "giveRoom">, onChange: () => void) {
    this.#peer = peer;
    this.#onChange = onChange;
  }

  /** Whether the other side's media arrives. A connection that is new is told its room again. */
  setMedia(isUp: boolean): void {
    clearTimeout(this.#timer);
    this.#isUp = isUp;
    this.#before = null;
    this.#stillLooks = 0;
    this.#judgement = unknown;
    if (!isUp) return;
    this.#peer.giveRoom(this.#room);
    this.#schedule();
  }

  hearPeer({ camera }: PeerDevices): void {
    const isExpected = camera === "on";
    if (isExpected !== this.#isCameraExpected) this.#stillLooks = 0;
    this.#isCameraExpected = isExpected;
  }

  draw(): QualityDrawing {
    const isFrozen = this.#stillLooks >= clientLimits.stillLooksMax;
    return { ...this.#judgement, room: this.#room, isFrozen };
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#isUp = false;
  }

  get #room(): PictureRoom {
    return pictureSteps[this.#sharing.step] ?? pictureSteps[0];
  }

  #schedule(): void {
    this.#timer = setTimeout(async () => {
      const now = await this.#peer.measure().catch(() => null);
      if (!this.#isUp) return;
      if (now !== null) this.#look(now);
      this.#schedule();
    }, clientLimits.qualityPollMs);
  }

  #look(now: Measurement): void {
    const before = this.#before;
    this.#before = now;
    if (before === null) return;
    this.#judgement = judgeQuality(before, now);
    const isStill = now.cameraFramesDecoded === before.cameraFramesDecoded;
    this.#stillLooks = isStill && this.#isCameraExpected ? this.#stillLooks + 1 : 0;
    if (now.sentAudio !== null) this.#share(now.sentAudio);
    this.#onChange();
  }

  #share({ loss, roundTripMs }: { loss: number; roundTripMs: number }): void {
    this.#leastRoundTripMs = Math.min(this.#leastRoundTripMs, roundTripMs);
    const roomBefore = this.#room;
    const lateMs = roundTripMs - this.#leastRoundTripMs;
    this.#sharing = shareRoom(this.#sharing, { loss, lateMs });
    if (this.#room !== roomBefore) this.#peer.giveRoom(this.#room);
  }
}

const unknown = { quality: "unknown", cause: null } as const;
