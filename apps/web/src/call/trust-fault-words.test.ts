import type { TrustFault } from "@ringfence/client";
import { expect, test } from "vitest";
import { trustFaultWords } from "./trust-fault-words.ts";

test.each<[TrustFault, RegExp]>([
  [{ type: "description", fault: "wrong-signature" }, /not what the device of @bob signed/],
  [{ type: "description", fault: "wrong-description" }, /not what the device of @bob signed/],
  [{ type: "description", fault: "wrong-fingerprint" }, /led to another place/],
  [{ type: "description", fault: "fingerprint-changed" }, /led to another place/],
  [{ type: "certificate" }, /led to another place/],
  [{ type: "description", fault: "wrong-call" }, /signed for another one/],
  [{ type: "description", fault: "wrong-chain" }, /signed for another one, or for an earlier/],
  [{ type: "description", fault: "wrong-kind" }, /with picture and one without/],
  [{ type: "description", fault: "wrong-route" }, /direct and relayed/],
  [{ type: "identity", fault: { type: "shorter" } }, /left out devices of @bob/],
  [{ type: "identity", fault: { type: "forked" } }, /other devices of @bob than it did before/],
  [{ type: "device-removed" }, /does not belong to @bob any more/],
  [{ type: "nonce" }, /emoji/],
])("%o is said without a word that only engineers know", (fault, words) => {
  const said = trustFaultWords(fault, "bob");
  expect(said).toMatch(words);
  expect(said).not.toMatch(/fingerprint|certificate|nonce|hash|chain|transcript|signature/i);
});
