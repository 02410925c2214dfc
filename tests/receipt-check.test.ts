import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ringfence } from "../apps/server/src/cli/test-ringfence.ts";
import { signReceipt } from "../packages/e2ee/src/receipt/encode-receipt.ts";
import type { ReceiptFile } from "../packages/e2ee/src/receipt/receipt.ts";
import { receiptLimits } from "../packages/e2ee/src/receipt/receipt-limits.ts";
import { makeReceipt } from "../packages/e2ee/src/test/test-receipt.ts";

let directory: string;
let made: Awaited<ReturnType<typeof makeReceipt>>;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-receipt-"));
  made = await makeReceipt();
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Runs the command where there is no server and no settings, and nobody to ask. */
async function check(text: string | Uint8Array, ...flags: string[]) {
  writeFileSync(join(directory, "receipt.json"), text);
  const command = ringfence(["receipt", "check", "receipt.json", ...flags], { directory });
  return { code: await command.exited(), said: command.said() };
}

const textOf = (file: object) => JSON.stringify(file);

describe("ringfence receipt check", { timeout: 60_000 }, () => {
  test("says of an honest receipt that it holds, what it is of, and by whose keys", async () => {
    const { code, said } = await check(textOf(made.file));
    expect(code).toBe(0);
    expect(said).toContain(
      "@alice's receipt of a relayed video call with @bob, 2026-03-01 12:00 UTC",
    );
    expect(said).toContain("holds     the device signed it as it stands here");
    expect(said).toContain("not here  the other's device signed what it is said to have said");
    expect(said).toContain("@bob's device could have seen no address of @alice's.");
    expect(said).toContain(`@alice's device  ${made.receipt.device}`);
    expect(said).toContain("Everything in it that can be checked holds.");
  });

  test("checks the other's signatures where they are in", async () => {
    const { otherSignatures } = made;
    const { code, said } = await check(textOf({ ...made.file, otherSignatures }));
    expect(code).toBe(0);
    expect(said).toContain("holds     the other's device signed what it is said to have said");
  });

  test("says the same as JSON", async () => {
    const { code, said } = await check(textOf(made.file), "--json");
    expect(code).toBe(0);
    expect(JSON.parse(said)).toMatchObject({
      outcome: "checked",
      holds: true,
      checks: { signature: "holds", "other-signatures": "absent" },
      breaches: [],
    });
    const broken = await check("{}", "--json");
    expect(broken.code).toBe(3);
    expect(JSON.parse(broken.said)).toEqual({ outcome: "unreadable", fault: "not-a-receipt" });
  });

  test("says what does not hold, and what was not as promised", async () => {
    const { receipt, caller, file } = made;
    const changed = { ...file, receipt: { ...receipt, leftOut: 1 } };
    const forged = await check(textOf(changed));
    expect(forged.code).toBe(1);
    expect(forged.said).toContain("FAILS     the device signed it as it stands here");
    expect(forged.said).toContain("do not rely on it");
    const shown = [{ address: "192.0.2.1", type: "srflx", how: "told" } as const];
    const told = await check(textOf(await signReceipt({ ...receipt, shown }, caller.device)));
    expect(told.code).toBe(0);
    expect(told.said).toContain("@bob's device could have seen 192.0.2.1.");
    expect(told.said).toContain("The call was to hide addresses, and one was shown.");
  });

  const broken: [string, (file: ReceiptFile) => string | Uint8Array, RegExp][] = [
    ["is empty", () => "", /is not whole/],
    ["was cut", (file) => textOf(file).slice(0, -40), /is not whole/],
    ["is no text", () => Uint8Array.of(0xff, 0xfe, 0x00, 0x17), /is not whole/],
    ["is JSON of something else", () => "[1, 2]", /is no receipt of a call/],
    ["is of a later version", (file) => textOf({ ...file, version: 2 }), /of another version/],
    ["lacks a field", (file) => textOf({ ...file, signature: undefined }), /wrong at \/signature/],
    ["has one too many", (file) => textOf({ ...file, more: 1 }), /wrong at its outermost fields/],
    [
      "would steer a terminal",
      (file) => textOf({ ...file, receipt: { ...file.receipt, device: "\u001b[2J" } }),
      /wrong at \/receipt\/device/,
    ],
    ["is as long as a film", () => " ".repeat(receiptLimits.fileBytesMax + 1), /longer than any/],
  ];
  test.each(broken)("says so of a file that %s", async (_, make, words) => {
    const { code, said } = await check(make(made.file));
    expect(said).toMatch(words);
    expect(said).not.toContain("\u001b");
    expect(code).toBe(3);
  });

  test("says so where there is no such file, or a folder", async () => {
    for (const path of ["nowhere.json", "."]) {
      const command = ringfence(["receipt", "check", path], { directory });
      expect(await command.exited()).toBe(3);
      expect(command.said()).toContain(`${path} cannot be read.`);
    }
  });

  test("says how it is used", async () => {
    const wrong = [
      [["receipt"], "needs the word `check`"],
      [["receipt", "check"], "needs a file"],
      [["receipt", "eat", "receipt.json"], "can `check` a file"],
    ] as const;
    for (const [parameters, words] of wrong) {
      const command = ringfence(parameters, { directory });
      expect(await command.exited()).toBe(2);
      expect(command.said()).toContain(words);
    }
  });
});
