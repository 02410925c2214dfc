import { beginAgreement } from "@ringfence/e2ee";
import { CallId, idRandomBytes, makeId } from "@ringfence/protocol";
import { expect, test } from "vitest";
import { memoryVaults } from "../headless/memory-vault.ts";
import { clientLimits } from "../limits.ts";
import { type KeptAgreement, keptAgreements } from "./kept-agreement.ts";

const bytes = new Uint8Array(idRandomBytes);
const callBegun = (agoMs: number) => CallId.parse(makeId(Date.now() - agoMs, bytes));

function keptOf(callId: CallId): KeptAgreement {
  const facts = {
    role: "caller",
    callId,
    callerAccount: "alice",
    calleeAccount: "bob",
    kind: "audio",
    route: "relayed",
    ownDevice: bytes,
  } as const;
  const nothing = { level: null, change: null, commitment: null, otherNonce: null };
  return { agreement: beginAgreement(facts), ownNonce: bytes, ...nothing };
}

test("a welcome that does not know a call drops what is kept of it, but of a call that has just begun", async () => {
  const agreements = keptAgreements({ vault: memoryVaults()("alice") });
  const [running, old, young] = [
    callBegun(2 * clientLimits.agreementKeptMs),
    callBegun(clientLimits.agreementKeptMs + 1),
    callBegun(1_000),
  ];
  for (const callId of [running, old, young]) await agreements.save(callId, keptOf(callId));
  await agreements.keepOnly(new Set([running]));
  expect(await agreements.load(running)).not.toBeNull();
  expect(await agreements.load(old)).toBeNull();
  expect(await agreements.load(young)).not.toBeNull();
});
