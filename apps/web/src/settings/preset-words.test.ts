import { type CallSettings, initialCallSettings, presets } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { presetLines } from "./preset-words.ts";

/** Something else in each setting than either preset sets. */
const other: CallSettings = {
  ...initialCallSettings,
  calling: "off",
  audiences: ["everyone", "vouched"],
  quietHours: { timeZone: "UTC", periods: [{ days: ["mon"], from: 0, to: 60 }] },
};
const opposite = (preset: Partial<CallSettings>): CallSettings => ({
  ...other,
  asking: preset.asking === "nobody" ? "anyone-in-conversation" : "nobody",
  fading: preset.fading !== true,
  fadingDays: 7,
  callBack: preset.callBack !== true,
  unansweredLimit: preset.unansweredLimit !== true,
  hideAddress: preset.hideAddress !== true,
});

const written = (settings: CallSettings) => presetLines.map(({ words }) => words(settings));
const asSettings = ({ audiences, ...rest }: (typeof presets)[keyof typeof presets]) => ({
  ...rest,
  audiences: [...audiences],
});

describe("the comparison of presets", () => {
  const settingsOfPresets = Object.entries(presets).flatMap(([name, preset]) =>
    Object.keys(preset)
      // How many days stands in the line of fading.
      .filter((key) => key !== "fadingDays")
      .map((key) => [name as keyof typeof presets, key as keyof CallSettings] as const),
  );

  test.each(settingsOfPresets)("of %s has a line for %s", (name, key) => {
    const preset = asSettings(presets[name]);
    const before = opposite(preset);
    const after = { ...before, [key]: { ...before, ...preset }[key] };
    expect(written(after)).not.toEqual(written(before));
  });

  test("names the groups that ring", () => {
    const line = presetLines.find(({ name }) => name === "Who may ring");
    expect(line?.words(other)).toBe("Everyone, Vouched");
    expect(line?.words({ ...other, audiences: [] })).toBe("No group");
  });
});
