import { describe, expect, test } from "vitest";
import { CallSettings, CallSettingsChange, initialCallSettings, presets } from "./call-settings.ts";
import { QuietHours } from "./quiet-hours.ts";

describe("call settings", () => {
  test("begin as the preset Private, not chosen", () => {
    const chosen = { ...initialCallSettings, ...presets.private };
    expect(chosen).toEqual({ ...initialCallSettings, calling: "on", audiences: ["mutuals"] });
    expect(CallSettings.parse(initialCallSettings)).toEqual(initialCallSettings);
  });

  test.each(Object.entries(presets))("can be changed to the preset %s", (_name, preset) => {
    expect(CallSettingsChange.parse(preset)).toEqual(preset);
    expect(CallSettings.safeParse({ ...initialCallSettings, ...preset }).success).toBe(true);
  });

  test("never say the same audience twice, whatever the order", () => {
    const audiences = ["everyone", "mutuals", "everyone"];
    expect(CallSettingsChange.parse({ audiences })).toEqual({ audiences: ["mutuals", "everyone"] });
  });
});

describe("a time zone", () => {
  test.each(["Europe/Berlin", "America/Argentina/Buenos_Aires", "UTC"])("may be %s", (name) => {
    expect(isTaken(name)).toBe(true);
  });

  test.each(["", "Atlantis/Capital", "+01:00", " Europe/Berlin"])("is not '%s'", (name) => {
    expect(isTaken(name)).toBe(false);
  });
});

function isTaken(timeZone: string): boolean {
  return QuietHours.safeParse({ timeZone, periods: [] }).success;
}
