import { X509Certificate, createPrivateKey, generateKeyPairSync } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { certificateFile } from "./acme-settings.ts";

/** Why there is no newer certificate, for the doctor. */
export const LastFailure = z.object({
  code: z.string(),
  found: z.string(),
  todo: z.string(),
  /** What the authority itself said; null where it said nothing. */
  said: z.string().nullable(),
  /** Epoch milliseconds. */
  failedAt: z.number(),
  triesAgainAt: z.number(),
});
export type LastFailure = z.infer<typeof LastFailure>;

/** The files of one authority. All are this user's alone, and replaced as a whole or not at all. */
export class AcmeFolder {
  readonly certificatePath: string;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    this.certificatePath = certificateFile(path);
  }

  /** The key by which the authority knows this server: PKCS #8, PEM, P-256. Made once. */
  accountKey(): string {
    const path = join(this.#path, "account-key.pem");
    const kept = readIfThere(path);
    if (kept !== undefined) return kept;
    const made = makePrivateKey();
    this.#replace(path, made);
    return made;
  }

  /** The certificate in use, without its chain; undefined before the first, or where it cannot be read. */
  certificate(): X509Certificate | undefined {
    const pem = readIfThere(this.certificatePath);
    if (pem === undefined) return undefined;
    try {
      const certificate = new X509Certificate(firstCertificateOf(pem));
      return certificate.checkPrivateKey(createPrivateKey(pem)) ? certificate : undefined;
    } catch {
      return undefined;
    }
  }

  /** @param chain PEM, the server's own certificate first */
  keepCertificate(key: string, chain: string): void {
    this.#replace(this.certificatePath, `${key.trim()}\n${chain.trim()}\n`);
  }

  lastFailure(): LastFailure | undefined {
    const text = readIfThere(this.#failurePath);
    if (text === undefined) return undefined;
    try {
      return LastFailure.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  keepFailure(failure: LastFailure): void {
    this.#replace(this.#failurePath, JSON.stringify(failure));
  }

  forgetFailure(): void {
    rmSync(this.#failurePath, { force: true });
  }

  get #failurePath(): string {
    return join(this.#path, "last-failure.json");
  }

  /** Written whole under another name, and on the disk before it takes the place of the one before. */
  #replace(path: string, text: string): void {
    mkdirSync(this.#path, { recursive: true, mode: 0o700 });
    const draft = `${path}.new`;
    rmSync(draft, { force: true });
    writeFileSync(draft, text, { mode: 0o600, flag: "wx", flush: true });
    renameSync(draft, path);
    const directory = openSync(this.#path, "r");
    fsyncSync(directory);
    closeSync(directory);
  }
}

/** PKCS #8, PEM. P-256 is what every browser and authority takes. */
export function makePrivateKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return String(privateKey.export({ type: "pkcs8", format: "pem" }));
}

export function firstCertificateOf(pem: string): string {
  return /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(pem)?.[0] ?? "";
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
