import { expect, test } from "vitest";
import { deviceFault } from "./device-fault.ts";

test.each([
  ["the person or a policy forbids it", "NotAllowedError", "blocked"],
  ["the page may not ask", "SecurityError", "blocked"],
  ["another program holds it", "NotReadableError", "in-use"],
  ["the driver gave up", "AbortError", "in-use"],
  ["there is none", "NotFoundError", "missing"],
  ["the chosen one is gone", "OverconstrainedError", "missing"],
])("a device that cannot be had, since %s", (_, name, fault) => {
  expect(deviceFault(new DOMException("", name))).toBe(fault);
});
