import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { AccountId, DeviceId } from "@ringfence/protocol";
import type { Bus } from "../bus/bus.ts";
import { RefusedError } from "../errors.ts";
import { serverLimits } from "../limits.ts";

/** What a passkey is asked for. One that was given for the first is worth nothing for the other. */
export type ChallengePurpose =
  | { for: "opening" }
  | { for: "adding"; account: AccountId; device: DeviceId };

const expiryBytes = 6;
const randomLength = 16;

export interface ChallengesParts {
  /** Unix time in milliseconds. */
  readonly now: () => number;
  /** What all nodes know and nobody else. Without it only this process opens what it made. */
  readonly secret: string | undefined;
  readonly bus: Pick<Bus, "announce" | "hear">;
}

/**
 * What passkeys sign. A challenge carries its own expiry under a key that the nodes alone have, so
 * that asking for many fills no memory; those that were used are remembered until they expire, and
 * every node is told.
 */
export class Challenges {
  readonly #key: Buffer;
  readonly #now: () => number;
  readonly #bus: ChallengesParts["bus"];
  /** When each expires: Unix time in milliseconds. */
  readonly #used = new Map<string, number>();

  constructor({ now, secret, bus }: ChallengesParts) {
    this.#now = now;
    this.#bus = bus;
    this.#key = secret === undefined ? randomBytes(32) : keyOf(secret);
    bus.hear((announcement) => {
      if (announcement.type !== "challenge-used") return;
      this.#forgetExpired();
      this.#used.set(announcement.challenge, now() + serverLimits.passkeyTimeoutMs);
    });
  }

  /** @returns base64url, for one use within `passkeyTimeoutMs` */
  make(purpose: ChallengePurpose): string {
    const said = Buffer.alloc(expiryBytes + randomLength);
    said.writeUIntBE(this.#now() + serverLimits.passkeyTimeoutMs, 0, expiryBytes);
    randomBytes(randomLength).copy(said, expiryBytes);
    return Buffer.concat([said, this.#sealOf(said, purpose)]).toString("base64url");
  }

  /** Whether it was made here for this, has not expired and was not used. */
  isOpen(challenge: string, purpose: ChallengePurpose): boolean {
    const bytes = Buffer.from(challenge, "base64url");
    const said = bytes.subarray(0, expiryBytes + randomLength);
    const seal = bytes.subarray(said.length);
    const right = this.#sealOf(said, purpose);
    if (seal.length !== right.length || !timingSafeEqual(seal, right)) return false;
    // Other texts decode to the same bytes.
    if (bytes.toString("base64url") !== challenge) return false;
    return said.readUIntBE(0, expiryBytes) > this.#now() && !this.#used.has(challenge);
  }

  /**
   * Uses an open challenge up.
   *
   * @returns whether it was open until now
   * @throws RefusedError `unavailable` when too many were used in the last minutes
   */
  use(challenge: string, purpose: ChallengePurpose): boolean {
    if (!this.isOpen(challenge, purpose)) return false;
    this.#forgetExpired();
    if (this.#used.size >= serverLimits.passkeysUsedMax) {
      throw new RefusedError(
        "unavailable",
        "Many people are signing in at this moment. Try again in a few minutes.",
        { retryAfterSeconds: 60 },
      );
    }
    this.#bus.announce({ type: "challenge-used", challenge });
    return true;
  }

  /** @internal for the test of what is forgotten */
  get usedCount(): number {
    return this.#used.size;
  }

  #forgetExpired(): void {
    const now = this.#now();
    for (const [used, expiresAt] of this.#used) {
      if (expiresAt > now) break;
      this.#used.delete(used);
    }
  }

  #sealOf(said: Uint8Array, purpose: ChallengePurpose): Buffer {
    const about = purpose.for === "adding" ? `${purpose.account} ${purpose.device}` : "";
    return createHmac("sha256", this.#key)
      .update(`${purpose.for} ${about}\n`)
      .update(said)
      .digest();
  }
}

function keyOf(secret: string): Buffer {
  return createHmac("sha256", secret).update("challenges that passkeys sign\n").digest();
}
