import { X509Certificate } from "node:crypto";
import { describe, expect, it, test } from "vitest";
import { firstCertificate } from "../http/test-certificates.ts";
import { serverLimits } from "../limits.ts";
import { isForNames, renewalAt, retryAfterMs } from "./renewal.ts";

const certificate = new X509Certificate(firstCertificate.certificate);
const lifetime = certificate.validToDate.getTime() - certificate.validFromDate.getTime();
const minutes = (failures: number, chance = 0, askedMs = 0) =>
  retryAfterMs(failures, chance, askedMs) / 60_000;
const leftAt = (time: number) => (certificate.validToDate.getTime() - time) / lifetime;

describe("a certificate", () => {
  it("is renewed with a third of its lifetime left", () => {
    expect(leftAt(renewalAt(certificate, 0))).toBeCloseTo(1 / 3);
  });

  it("is renewed a little earlier by chance, so that servers do not ask together", () => {
    expect(leftAt(renewalAt(certificate, 1))).toBeCloseTo(1 / 3 + 1 / 50);
  });

  test.each([
    { names: ["localhost"], isFor: true },
    { names: ["localhost", "calls.example.org"], isFor: false },
    { names: ["example.org"], isFor: false },
  ])("for localhost is for $names: $isFor", ({ names, isFor }) => {
    expect(isForNames(certificate, names)).toBe(isFor);
  });
});

describe("after a failure", () => {
  test.each([
    { failures: 1, after: 1 },
    { failures: 2, after: 4 },
    { failures: 3, after: 16 },
    { failures: 4, after: 64 },
    { failures: 50, after: 360 },
  ])("number $failures it waits $after minutes", ({ failures, after }) => {
    expect(minutes(failures)).toBe(after);
  });

  it("waits as long as the authority asks for", () => {
    expect(minutes(1, 0, 3 * 60 * 60_000)).toBe(180);
  });

  it("does not let an authority put it off for ever", () => {
    expect(retryAfterMs(1, 0, Infinity)).toBe(serverLimits.certificateRetryAskedMsMax);
  });

  it("waits up to a quarter longer by chance", () => {
    expect(minutes(1, 1)).toBe(1.25);
  });
});
