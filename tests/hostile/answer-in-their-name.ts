import type { CallRoute, DeviceChain, SignedDescription } from "@ringfence/protocol";
import { Impostor, type Keys } from "./impostor.ts";
import type { Line, Said, Tampering } from "./middle.ts";
import type { Profile } from "./profile.ts";
import { signedIn, withChain, withSigned } from "./signed-words.ts";
import type { HostileWorld } from "./world.ts";

interface Forgery {
  readonly keys: Keys;
  /** What the caller is shown; null: the account's own. */
  readonly chain: DeviceChain | null;
  /** As the ring was called. */
  readonly route?: CallRoute;
  /** In whose name it signs, where that is not the callee's. */
  readonly calleeAccount?: string;
}

/** A server that answers in the callee's name, with a key that is none of the callee's browser. */
export class AnswerInTheirName implements Tampering {
  readonly #world: HostileWorld;
  readonly #between: readonly [caller: Profile, callee: Profile];
  readonly #forgery: Forgery;
  #hasAnswered = false;

  constructor(world: HostileWorld, between: readonly [Profile, Profile], forgery: Forgery) {
    this.#world = world;
    this.#between = between;
    this.#forgery = forgery;
  }

  down = (told: Said, line: Line): readonly Said[] => {
    const [caller] = this.#between;
    if (line.who !== caller.handle || told.type !== "answer") return [told];
    if (!this.#hasAnswered) void this.#world.busyness.during(this.#answer(told, line));
    this.#hasAnswered = true;
    return [];
  };

  async #answer(told: Said, line: Line): Promise<void> {
    const { middle, ether } = this.#world;
    const [caller, callee] = this.#between;
    const { keys, chain, route = "relayed", calleeAccount = callee.handle } = this.#forgery;
    const [offer] = middle.saidBy(caller.handle).flatMap(signedIn).slice(-1);
    const impostor = new Impostor(ether, keys, {
      role: "callee",
      callId: String(told["callId"]),
      kind: "audio",
      route,
      callerAccount: caller.handle,
      calleeAccount: callee.handle,
    });
    const signed = await impostor.answer(offer as SignedDescription);
    const inName = await keys.resign(signed, (transcript) => ({ ...transcript, calleeAccount }));
    const forged = withSigned(told, () => inName);
    line.tell(chain === null ? forged : withChain(forged, chain));
  }
}
