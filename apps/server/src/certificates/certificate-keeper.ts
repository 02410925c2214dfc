import { serverLimits } from "../limits.ts";
import type { Wait } from "../push/wait.ts";
import type { AcmeFolder } from "./acme-folder.ts";
import { type AcmeSettings, authorityOf } from "./acme-settings.ts";
import { type AcmeTrouble, troubleOf } from "./acme-trouble.ts";
import type { ChallengeCertificates } from "./challenge-certificates.ts";
import { orderCertificate } from "./order-certificate.ts";
import { isForNames, renewalAt, retryAfterMs } from "./renewal.ts";

export interface CertificateKeeperParts {
  readonly settings: AcmeSettings;
  readonly folder: AcmeFolder;
  readonly challenges: ChallengeCertificates;
  /** The port that this server listens on, for advice. */
  readonly port: number;
  /** There is a new certificate in the folder. */
  readonly onRenewed: () => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly wait: Wait;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
}

/**
 * Sees to it that there is a certificate for the names of the settings, and that it never ends: for
 * as long as it is not disposed.
 *
 *   looking ── due ──▶ asking ── got one ──▶ looking
 *                       ▲  └── failed ──▶ waiting ─┐
 *                       └──────────────────────────┘
 */
export class CertificateKeeper implements AsyncDisposable {
  readonly #parts: CertificateKeeperParts;
  readonly #ending = new AbortController();
  readonly #ended: Promise<void>;
  /** The same for the life of this process: a due time that moves would never come. */
  readonly #chance: number;

  constructor(parts: CertificateKeeperParts) {
    this.#parts = parts;
    this.#chance = parts.random();
    this.#ended = this.#keep();
  }

  /** The code of the failure that stands; undefined where all is well. */
  get trouble(): string | undefined {
    return this.#trouble?.code;
  }
  #trouble: AcmeTrouble | undefined;

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#ended;
  }

  async #keep(): Promise<void> {
    const { folder, port, settings, wait } = this.#parts;
    const { signal } = this.#ending;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const leftMs = this.#leftMs();
        if (leftMs === 0) await this.#renew();
        if (this.#trouble !== undefined) folder.forgetFailure();
        this.#trouble = undefined;
        failures = 0;
        // Not all at once: clocks are set, and machines sleep.
        if (leftMs > 0) await wait(Math.min(leftMs, serverLimits.certificateLookMs), signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#trouble = troubleOf(error, settings, port);
        await this.#waitAfter(this.#trouble, ++failures);
      }
    }
  }

  /** How long the certificate need not be renewed; 0 where there is none. */
  #leftMs(): number {
    const { folder, now, settings } = this.#parts;
    const certificate = folder.certificate();
    if (certificate === undefined || !isForNames(certificate, settings.names)) return 0;
    return Math.max(0, renewalAt(certificate, this.#chance) - now());
  }

  async #renew(): Promise<void> {
    const { folder, log } = this.#parts;
    const { signal } = this.#ending;
    const accountKey = folder.accountKey();
    const { key, chain } = await orderCertificate({ ...this.#parts, accountKey, signal });
    folder.keepCertificate(key, chain);
    folder.forgetFailure();
    const until = folder.certificate()?.validToDate.toISOString();
    log.info({ until }, "there is a new certificate, which is in use from now on");
    this.#parts.onRenewed();
  }

  async #waitAfter(trouble: AcmeTrouble, failures: number): Promise<void> {
    const { folder, log, now, random, settings, wait } = this.#parts;
    const { code, found, todo, said } = trouble;
    const waitMs = retryAfterMs(failures, random(), trouble.retryAfterMs);
    const failedAt = now();
    log.warn(
      { code, said: said ?? undefined, authority: authorityOf(settings), waitMs },
      `there is no new certificate: ${found} ${todo}`,
    );
    try {
      folder.keepFailure({ code, found, todo, said, failedAt, triesAgainAt: failedAt + waitMs });
    } catch {
      // It stands in the log, and a full disk is what the doctor finds by itself.
    }
    await wait(waitMs, this.#ending.signal);
  }
}
