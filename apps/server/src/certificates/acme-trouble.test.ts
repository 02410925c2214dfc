import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import {
  type AcmeTrouble,
  AcmeProblem,
  CertificateNotGoodError,
  acmeTroubleCodes,
  troubleOf,
} from "./acme-trouble.ts";

const settings = {
  names: ["calls.example.org", "talk.example.org"],
  email: undefined,
  directoryUrl: "https://authority.example.org/directory",
};

const read = (error: unknown, port = 443): AcmeTrouble => troubleOf(error, settings, port);
const systemError = (code: string, syscall?: string) =>
  Object.assign(new Error(), { code, syscall });
const problem = (type: string) => new AcmeProblem(`urn:ietf:params:acme:error:${type}`, "Because.");

describe("an attempt that failed is told to the operator", () => {
  test.each([
    [problem("dns"), "acme-no-address"],
    [problem("connection"), "acme-not-reached"],
    [problem("unauthorized"), "acme-other-server"],
    [problem("tls"), "acme-other-server"],
    [problem("caa"), "acme-name-refused"],
    [problem("rejectedIdentifier"), "acme-name-refused"],
    [problem("rateLimited"), "acme-rate-limited"],
    [problem("invalidContact"), "acme-email-refused"],
    [problem("externalAccountRequired"), "acme-account-needed"],
    [problem("userActionRequired"), "acme-terms"],
    [problem("serverInternal"), "acme-busy"],
    [problem("orderNotReady"), "acme-failed"],
    [problem("constructor"), "acme-failed"],
    [new CertificateNotGoodError(), "acme-clock"],
    [systemError("ENOTFOUND"), "acme-unreachable"],
    [systemError("ECONNREFUSED", "connect"), "acme-unreachable"],
    [systemError("EACCES", "connect"), "acme-unreachable"],
    [systemError("ECONNABORTED"), "acme-unreachable"],
    [systemError("UNABLE_TO_VERIFY_LEAF_SIGNATURE"), "acme-untrusted"],
    [systemError("ERR_TLS_CERT_ALTNAME_INVALID"), "acme-untrusted"],
    [systemError("ENOSPC", "write"), "acme-not-kept"],
    [systemError("EACCES", "open"), "acme-not-kept"],
    [new TypeError("no code at all"), "acme-failed"],
    ["not even an error", "acme-failed"],
  ] as const)("%s by %s", (error, code) => {
    const trouble = read(error);
    expect(trouble.code).toBe(code);
    expect(trouble.found).toMatch(/\.$/);
    expect(trouble.todo).toMatch(/[.)]$/);
  });

  it("by the name whose proof failed", () => {
    const error = new AcmeProblem("dns", "NXDOMAIN", { domain: "talk.example.org" });
    expect(read(error).found).toContain("no address for talk.example.org");
  });

  it("with the port to forward to, where it is another", () => {
    expect(read(problem("connection"), 8443).todo).toContain("forward it to port 8443");
    expect(read(problem("connection")).todo).not.toContain("forward");
  });

  it("with what the authority said, in one line and cut short", () => {
    const { said } = read(new AcmeProblem("dns", `one\n\u001b[31mtwo${"x".repeat(1_000)}`));
    expect(said).toMatch(/^one \[31mtwox+ \.\.\.$/);
    expect(said?.length).toBeLessThan(320);
  });
});

test("docs/operations.md has every code", () => {
  const written = readFileSync(join(import.meta.dirname, "../../../../docs/operations.md"), "utf8");
  const rows = [...written.matchAll(/^\| `(acme-[a-z-]+)` \|/gm)].map(([, code = ""]) => code);
  expect(new Set(rows)).toEqual(new Set(acmeTroubleCodes));
});
