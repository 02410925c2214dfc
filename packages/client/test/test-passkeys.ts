import type {
  NewPasskey,
  NewPasskeyOptions,
  PasskeyAssertion,
  PasskeyRequest,
} from "@ringfence/protocol";
import { Source } from "../src/observable.ts";
import { PasskeyError, type PasskeyPlatform } from "../src/ways-in/passkey-platform.ts";

/** A browser whose person answers as a test says. It signs nothing: that is the server's to check. */
export class TestPasskeys implements PasskeyPlatform {
  isThere = true;
  builtIn = true;
  offersInFields = true;
  /** What its person does when they are asked; undefined: uses or makes one. */
  fault: PasskeyError["code"] | undefined;
  /** Everything that was asked of it. */
  readonly asked = new Source<readonly string[]>([]);
  /** Picks the passkey that is offered in a field. */
  pick: (() => void) | undefined;

  isBuiltIn = async (): Promise<boolean> => this.builtIn;
  isOfferedInFields = async (): Promise<boolean> => this.offersInFields;

  async make({ challenge }: NewPasskeyOptions): Promise<NewPasskey> {
    this.#note(`make ${challenge}`);
    const response = { clientDataJSON: challenge, attestationObject: "AAAA" };
    return { id: "AAAA", rawId: "AAAA", type: "public-key", response };
  }

  async ask({ challenge }: PasskeyRequest): Promise<PasskeyAssertion> {
    this.#note(`ask ${challenge}`);
    return assertionOf(challenge);
  }

  offer({ challenge }: PasskeyRequest, signal: AbortSignal): Promise<PasskeyAssertion> {
    return new Promise((resolve, reject) => {
      this.pick = () => resolve(assertionOf(challenge));
      signal.addEventListener("abort", () => reject(new PasskeyError("cancelled")));
      this.#note(`offer ${challenge}`);
    });
  }

  #note(what: string): void {
    this.asked.update((asked) => [...asked, what]);
    if (this.fault !== undefined) throw new PasskeyError(this.fault);
  }
}

export function assertionOf(challenge: string): PasskeyAssertion {
  const response = {
    clientDataJSON: challenge,
    authenticatorData: "AAAA",
    signature: "AAAA",
    userHandle: "AAAA",
  };
  return { id: "AAAA", rawId: "AAAA", type: "public-key", response };
}
