import { describe, expect, test } from "vitest";
import { type DeviceFault, deviceFault, InsecurePage, isRefusal } from "./device-fault.ts";

const allowed = () => true;
const forbidden = () => false;

describe("a device that cannot be had, since", () => {
  test.each<[string, string, string, DeviceFault]>([
    ["the person forbids it", "NotAllowedError", "Permission denied", "blocked"],
    [
      "the person forbids it, in the words of Firefox and Safari",
      "NotAllowedError",
      "The request is not allowed by the user agent or the platform in the current context.",
      "blocked",
    ],
    ["the question was closed", "NotAllowedError", "Permission dismissed", "dismissed"],
    [
      "the system forbids it",
      "NotAllowedError",
      "Permission denied by system",
      "blocked-by-system",
    ],
    ["the page may not ask", "SecurityError", "", "blocked-by-page"],
    ["another program holds it", "NotReadableError", "Could not start audio source", "in-use"],
    ["the driver gave up", "AbortError", "", "in-use"],
    ["there is none", "NotFoundError", "Requested device not found", "missing"],
    ["the chosen one is gone", "OverconstrainedError", "", "missing"],
  ])("%s", (_, name, message, fault) => {
    expect(deviceFault(new DOMException(message, name), "microphone", allowed)).toBe(fault);
  });

  test("what serves the page forbids it", () => {
    const refused = new DOMException("Permission denied", "NotAllowedError");
    expect(deviceFault(refused, "camera", forbidden)).toBe("blocked-by-page");
  });

  test("the page came over plain HTTP", () => {
    expect(deviceFault(new InsecurePage(), "microphone", allowed)).toBe("insecure-page");
  });
});

test("a refusal of one device is one of the other, and a missing device is not", () => {
  expect(isRefusal("blocked")).toBe(true);
  expect(isRefusal("missing")).toBe(false);
});
