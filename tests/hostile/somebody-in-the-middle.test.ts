import { fromBase64url } from "@ringfence/e2ee";
import type { SignedDescription } from "@ringfence/protocol";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { filled } from "../../packages/e2ee/src/test/web-crypto.ts";
import { Impostor, Keys } from "./impostor.ts";
import type { Line, Said, Tampering } from "./middle.ts";
import type { Profile } from "./profile.ts";
import { signedIn, withChain, withSigned } from "./signed-words.ts";
import { HostileWorld } from "./world.ts";

/**
 * Two who never spoke, and a server that makes keys of its own and speaks with each of them in the name
 * of the other. No key tells them; what they compare does.
 */
let world: HostileWorld;
let alice: Profile;
let bob: Profile;
let count = 0;

beforeAll(async () => {
  world = await HostileWorld.open();
});

afterAll(() => world[Symbol.asyncDispose]());

beforeEach(async () => {
  [alice, bob] = await world.mutuals(`alice${count}`, `bob${count}`);
  count += 1;
});

/** Both of its halves: the one that is Bob to Alice, and the one that is Alice to Bob. */
class ManInTheMiddle implements Tampering {
  readonly #names = { callerAccount: alice.handle, calleeAccount: bob.handle };
  readonly #asAlice: Keys;
  readonly #asBob: Keys;
  #hasHeardBob = false;
  toAlice: Impostor | null = null;
  toBob: Impostor | null = null;

  private constructor(asAlice: Keys, asBob: Keys) {
    this.#asAlice = asAlice;
    this.#asBob = asBob;
  }

  static async open(): Promise<ManInTheMiddle> {
    return new ManInTheMiddle(await Keys.begin(alice.handle), await Keys.begin(bob.handle));
  }

  /** An offer of its own goes to Bob; what Bob answers it keeps. */
  up = (said: Said, line: Line): readonly Said[] => {
    const [signed] = signedIn(said);
    if (signed === undefined) return [said];
    void world.busyness.during(
      said.type === "offer" ? this.#offer(said, line) : this.#hearBob(said, signed, line),
    );
    return [];
  };

  /** Alice hears an answer of its own, and each of the two a chain of its own. */
  down = (told: Said, line: Line): readonly Said[] => {
    if (line.who === bob.handle) return [withChain(told, this.#asAlice.chain)];
    if (told.type !== "answer") return [withChain(told, this.#asBob.chain)];
    void world.busyness.during(this.#answer(told, line));
    return [];
  };

  async #offer(said: Said, line: Line): Promise<void> {
    const facts = this.#factsOf("caller", said);
    this.toBob = new Impostor(world.ether, this.#asAlice, facts);
    const signed = await this.toBob.offer();
    const ice = world.ether.iceIn(signed.description);
    line.say({ ...withSigned(said, () => signed), ice });
  }

  async #hearBob(said: Said, signed: SignedDescription, line: Line): Promise<void> {
    if (!this.#hasHeardBob) await this.toBob?.hear(signed, "answer");
    this.#hasHeardBob = true;
    line.say(said);
  }

  async #answer(told: Said, line: Line): Promise<void> {
    const impostor = new Impostor(world.ether, this.#asBob, this.#factsOf("callee", told));
    this.toAlice = impostor;
    const [offer] = world.middle.saidBy(alice.handle).flatMap(signedIn).slice(-1);
    const signed = await impostor.answer(offer as SignedDescription);
    line.tell(
      withChain(
        withSigned(told, () => signed),
        this.#asBob.chain,
      ),
    );
  }

  #factsOf(role: "caller" | "callee", { callId }: Said) {
    const { kind, route } = { kind: "audio", route: "relayed" } as const;
    return { role, callId: String(callId), kind, route, ...this.#names };
  }
}

async function call(middle: ManInTheMiddle): Promise<void> {
  world.middle.tampering = middle;
  await alice.ringAt(bob.handle);
  await bob.accept();
  await world.busyness.pass(4_000);
}

test("who stands in the middle of a first call is labelled not compared, and the emoji differ", async () => {
  const mallory = await ManInTheMiddle.open();
  await call(mallory);
  mallory.toBob?.open();
  await world.busyness.pass(1_000);
  // It has connected with both: so far a first contact can be deceived.
  expect(alice.met).toEqual([mallory.toAlice?.connection]);
  expect(bob.met).toEqual([mallory.toBob?.connection]);
  for (const { current } of [alice, bob]) {
    expect(current?.trust).toMatchObject({ level: "not-compared", question: null });
  }
  expect(alice.emoji).toHaveLength(4);
  expect(bob.emoji).toHaveLength(4);
  expect(alice.emoji).not.toEqual(bob.emoji);
  alice.client.calls.theyDiffer(alice.callId);
  await world.busyness.pass(500);
  expect(alice.current).toMatchObject({ phase: "ended", endReason: "different-emoji" });
});

test("delayed commitment: a nonce that was chosen after the other's was known ends the call", async () => {
  const mallory = await ManInTheMiddle.open();
  await call(mallory);
  const said = mallory.toAlice?.connection.channel.heard.find((text) => text.includes("nonce"));
  const { nonce } = JSON.parse(said ?? "{}") as { nonce: string };
  expect(fromBase64url(nonce)).toHaveLength(32);
  // Now it could look for one by which Bob sees what Alice sees.
  mallory.toBob?.open(filled(32, 0x77));
  await world.busyness.pass(500);
  expect(bob.current).toMatchObject({
    phase: "ended",
    endReason: "untrusted",
    trustFault: { type: "nonce" },
  });
});

test("a commitment that is never opened leaves no emoji to compare, and nobody counts as compared", async () => {
  const mallory = await ManInTheMiddle.open();
  await call(mallory);
  expect(bob.emoji).toBe(null);
  bob.client.calls.theyMatch(bob.callId);
  await world.busyness.pass(500);
  expect(bob.current?.trust.level).toBe("not-compared");
});

test("nonsense on the data channel changes nothing, and the page stays quick", async () => {
  const mallory = await ManInTheMiddle.open();
  await call(mallory);
  const { channel } = mallory.toBob?.connection ?? {};
  const before = bob.current?.trust;
  const nonsense = [
    "",
    "{",
    "null",
    "[]",
    "0",
    '{"type":"nonce"}',
    '{"type":"nonce","nonce":5}',
    '{"__proto__":{"microphone":"on"}}',
    '{"type":"accept"}',
    "\0".repeat(1_000),
    "[".repeat(50_000),
    JSON.stringify({ type: "devices", microphone: "on".repeat(5_000_000), camera: "on" }),
    JSON.stringify({ type: "nonce", nonce: "A".repeat(44) }),
  ];
  const begun = performance.now();
  for (let time = 0; time < 200; time++) for (const text of nonsense) channel?.send(text);
  await world.busyness.pass(500);
  expect(performance.now() - begun).toBeLessThan(10_000);
  expect(bob.current?.trust).toEqual(before);
  expect(bob.current?.phase).not.toBe("ended");
});
