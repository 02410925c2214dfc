import { Handle } from "@ringfence/protocol";
import type { CallEvidence } from "../src/calls/call-evidence.ts";
import type { TrustParts } from "../src/calls/end-to-end-trust.ts";
import { keptAgreements } from "../src/calls/kept-agreement.ts";
import type { RememberedPerson } from "../src/identity/identity.ts";
import { PeopleMemory } from "../src/identity/people-memory.ts";
import { webCrypto } from "../src/identity/web-crypto.ts";
import { Source } from "../src/observable.ts";
import type { Vault } from "../src/vault/vault.ts";
import { memoryVaults } from "../src/headless/memory-vault.ts";
import { makeDevice, type TestDevice } from "./other-end.ts";

/** Somebody's device in calls, with a memory and a vault of its own; what it hands over is kept. */
export interface TrustScene {
  parts: TrustParts;
  device: TestDevice;
  /** The calls of `CallEvidence`, in their order. */
  evidence: unknown[][];
}

const noEvidence: CallEvidence = {
  addDescription() {},
  setVerdict() {},
  setCalledAnyway() {},
  setCompared() {},
  setFault() {},
  setEmoji() {},
  addCandidate() {},
  addSample() {},
  setConnected() {},
  end() {},
};

export async function trustScene(
  account = "alice",
  vault: Vault = memoryVaults()(account),
  device?: TestDevice,
): Promise<TrustScene> {
  const own = device ?? (await makeDevice(account));
  const people = new PeopleMemory(vault, new Source<readonly RememberedPerson[]>([]), Date.now);
  const evidence: unknown[][] = [];
  const keep: CallEvidence = {
    ...noEvidence,
    addDescription: (...said) => void evidence.push(["description", ...said]),
    setVerdict: (...said) => void evidence.push(["verdict", ...said]),
    setCalledAnyway: () => void evidence.push(["called anyway"]),
    setEmoji: (...said) => void evidence.push(["emoji", ...said]),
    setCompared: (...said) => void evidence.push(["compared", ...said]),
    setFault: (...said) => void evidence.push(["fault", ...said]),
  };
  const identity: TrustParts["identity"] = {
    account: Handle.parse(account),
    crypto: webCrypto,
    keepsKeys: true,
    signer: async () => own.signer,
    judge: (...asked) => people.judge(...asked),
    remember: (...met) => people.remember(...met),
    markCompared: (...met) => people.markCompared(...met),
  };
  const agreements = keptAgreements({ vault });
  return { parts: { identity, agreements, openEvidence: () => keep }, device: own, evidence };
}
