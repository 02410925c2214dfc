import { describe, expect, test } from "vitest";
import { browserKindOf } from "./browser-kind.ts";

const tail = "(KHTML, like Gecko)";

describe("a browser is told by its own words", () => {
  test.each([
    [
      `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 ${tail} Chrome/156.0.0.0 Safari/537.36`,
      "chromium",
      "other",
    ],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 ${tail} Chrome/156.0.0.0 Safari/537.36 Edg/156.0`,
      "chromium",
      "windows",
    ],
    [
      `Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 ${tail} Chrome/156.0.0.0 Mobile Safari/537.36`,
      "chromium",
      "android",
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:153.0) Gecko/20100101 Firefox/153.0",
      "firefox",
      "macos",
    ],
    [
      `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 ${tail} Version/26.0 Safari/605.1.15`,
      "safari",
      "macos",
    ],
    [
      `Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 ${tail} CriOS/156.0 Mobile/15E148 Safari/604.1`,
      "chromium",
      "ios",
    ],
  ])("%s", (userAgent, make, system) => {
    expect(browserKindOf(userAgent, 0, false)).toEqual({ make, system, isInstalled: false });
  });

  test("but for an iPad, which says that it is a Mac and can be touched", () => {
    const mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15";
    expect(browserKindOf(mac, 5, false).system).toBe("ios");
  });
});
