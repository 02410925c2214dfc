import { describe, expect, test } from "vitest";
import { nameSections } from "./media-sections.ts";

function transceivers(...kinds: ("audio" | "video")[]) {
  return kinds.map((kind, index) => ({ index, receiver: { track: { kind } } }));
}

describe("the sections of a description", () => {
  test.each([
    [
      "are microphone, camera and screen",
      ["audio", "video", "video"],
      { microphone: 0, camera: 1, screen: 2 },
    ],
    [
      "are told apart by their kind, where another side puts them in another order",
      ["video", "audio", "video"],
      { microphone: 1, camera: 0, screen: 2 },
    ],
    ["may lack the screen's", ["audio", "video"], { microphone: 0, camera: 1 }],
    ["may be of sound alone", ["audio"], { microphone: 0 }],
  ] as const)("%s", (_, kinds, places) => {
    const named = [...nameSections(transceivers(...kinds))];
    expect(Object.fromEntries(named.map(([sends, { index }]) => [sends, index]))).toEqual(places);
  });
});
