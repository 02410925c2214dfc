import { type SecureContext, createSecureContext } from "node:tls";

/** RFC 8737 §6.2: the protocol in which an authority looks whether a name is ours. */
export const acmeProtocol = "acme-tls/1";

/**
 * The certificates by which names are proven to an authority (RFC 8737), each for as long as its
 * challenge runs and not a moment longer.
 */
export class ChallengeCertificates {
  readonly #contexts = new Map<string, SecureContext>();

  /** Disposing it ends the answer. */
  answer(name: string, { certificate, key }: { certificate: string; key: string }): Disposable {
    const context = createSecureContext({ cert: certificate, key });
    this.#contexts.set(name, context);
    return { [Symbol.dispose]: () => void this.#contexts.delete(name) };
  }

  /** @param name as a client says it; DNS does not tell cases apart */
  find(name: string): SecureContext | undefined {
    return this.#contexts.get(name.toLowerCase());
  }
}
