import { open } from "node:fs/promises";
import {
  type CheckedReceipt,
  checkReceipt,
  type CheckResult,
  type EndToEndCrypto,
  receiptLimits,
} from "@ringfence/e2ee";
import { type CheckedFile, reportOf, unreadableWords } from "./receipt-report.ts";

/** What `ringfence receipt check` exits with; 2 is a wrong use of it. */
const exitCodes = { holds: 0, doesNotHold: 1, isNoReceipt: 3 } as const;

/**
 * `ringfence receipt check FILE`: whether a receipt that somebody exported holds. It asks nobody, reads
 * nothing but the file, and works on any machine. This file alone of the server may know `e2ee`: the
 * command is for people, and no part of a running server is reached from here.
 *
 * @param path of the file
 * @returns the exit code: 0 where everything holds, 1 where something does not, 3 where it is no receipt
 */
export async function runReceiptCheck(path: string, { isJson }: { isJson: boolean }) {
  const file = await readReceipt(path);
  if (isJson) console.log(JSON.stringify(file, null, 2));
  else if (file.outcome === "unreadable") console.error(unreadableWords(path, file));
  else console.log(reportOf(file));
  if (file.outcome === "unreadable") return exitCodes.isNoReceipt;
  return file.holds ? exitCodes.holds : exitCodes.doesNotHold;
}

async function readReceipt(path: string): Promise<CheckedFile> {
  const read = await readBounded(path);
  if ("fault" in read) return { outcome: "unreadable", ...read };
  let value: unknown;
  try {
    value = JSON.parse(read.text);
  } catch {
    return { outcome: "unreadable", fault: "not-json" };
  }
  const checked = await checkReceipt(nodeCrypto, value);
  return checked.outcome === "checked" ? judge(checked) : checked;
}

function judge({ receipt, checks, breaches }: Extract<CheckedReceipt, { outcome: "checked" }>) {
  const holds = Object.values<CheckResult>(checks).every((result) => result !== "fails");
  return { outcome: "checked", holds, checks, breaches, receipt } as const;
}

/** Whatever stands at the path, a pipe without an end too, no more is read than a receipt has. */
async function readBounded(
  path: string,
): Promise<{ text: string } | { fault: "unreadable" | "too-long" }> {
  try {
    await using file = await open(path);
    const bytes = new Uint8Array(receiptLimits.fileBytesMax + 1);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    if (length > receiptLimits.fileBytesMax) return { fault: "too-long" };
    return { text: new TextDecoder().decode(bytes.subarray(0, length)) };
  } catch {
    return { fault: "unreadable" };
  }
}

const { subtle } = globalThis.crypto;

const nodeCrypto: EndToEndCrypto = {
  sha256: async (message) => new Uint8Array(await subtle.digest("SHA-256", message)),
  async hkdfSha256(input, info, length) {
    const key = await subtle.importKey("raw", input, "HKDF", false, ["deriveBits"]);
    const algorithm = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info };
    return new Uint8Array(await subtle.deriveBits(algorithm, key, length * 8));
  },
  async verifyEd25519(publicKey, signature, message) {
    try {
      const key = await subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
      return await subtle.verify("Ed25519", key, signature, message);
    } catch {
      return false;
    }
  },
};
