import {
  WebAuthnAbortService,
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  platformAuthenticatorIsAvailable,
  startAuthentication,
  startRegistration,
} from "@simplewebauthn/browser";
import {
  NewPasskey,
  type NewPasskeyOptions,
  PasskeyAssertion,
  type PasskeyRequest,
} from "@ringfence/protocol";

/** What the browser and its devices do with passkeys. */
export interface PasskeyPlatform {
  /** Whether there can be any: the browser knows them, and the address has a name. */
  readonly isThere: boolean;
  /** Whether the device itself keeps them, behind a finger, a face or a PIN. */
  isBuiltIn(): Promise<boolean>;
  /** Whether the browser offers them in a text field. */
  isOfferedInFields(): Promise<boolean>;
  /** @throws {PasskeyError} */
  make(options: NewPasskeyOptions): Promise<NewPasskey>;
  /** Asks the person for one in a window of the browser. @throws {PasskeyError} */
  ask(request: PasskeyRequest): Promise<PasskeyAssertion>;
  /**
   * Offers them in the field that says `webauthn` in its `autocomplete`, for as long as the signal
   * lasts.
   *
   * @throws {PasskeyError} `cancelled` when the signal is aborted
   */
  offer(request: PasskeyRequest, signal: AbortSignal): Promise<PasskeyAssertion>;
}

/** Why no passkey came of it. `message` is a sentence for a person. */
export class PasskeyError extends Error {
  override readonly name = "PasskeyError";
  readonly code: "cancelled" | "exists" | "impossible";

  constructor(code: PasskeyError["code"], cause?: unknown) {
    super(sentences[code], { cause });
    this.code = code;
  }
}

const sentences: Readonly<Record<PasskeyError["code"], string>> = {
  cancelled: "No passkey was used. Try again, or go on without one.",
  exists: "This device or key has a passkey for your account already. You can sign in with it.",
  impossible: "This browser could not do that with a passkey. Go on with your password.",
};

export function browserPasskeys(): PasskeyPlatform {
  return {
    isThere: browserSupportsWebAuthn() && isName(location.hostname),
    isBuiltIn: () => platformAuthenticatorIsAvailable(),
    isOfferedInFields: () => browserSupportsWebAuthnAutofill(),
    make: async (optionsJSON) =>
      NewPasskey.parse(await startRegistration({ optionsJSON }).catch(giveWhy)),
    ask: async (optionsJSON) =>
      PasskeyAssertion.parse(await startAuthentication({ optionsJSON }).catch(giveWhy)),
    async offer(optionsJSON, signal) {
      signal.throwIfAborted();
      signal.addEventListener("abort", cancel);
      const offered = startAuthentication({ optionsJSON, useBrowserAutofill: true });
      try {
        return PasskeyAssertion.parse(await offered.catch(giveWhy));
      } finally {
        signal.removeEventListener("abort", cancel);
      }
    },
  };
}

function cancel(): void {
  WebAuthnAbortService.cancelCeremony();
}

/** WebAuthn §5.1.3: passkeys belong to a domain, and an address is none. */
function isName(hostname: string): boolean {
  return !/^[\d.]+$|^\[/.test(hostname);
}

function giveWhy(error: unknown): never {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "AbortError")
    throw new PasskeyError("cancelled", error);
  throw new PasskeyError(name === "InvalidStateError" ? "exists" : "impossible", error);
}
