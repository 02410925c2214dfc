import { expect, test } from "vitest";
import { emojiOf, emojis } from "./emoji.ts";

test("each six bits name one emoji, from the highest on", () => {
  // 000000 000001 000010 000011, and 111111 111110 111101 111100.
  const bytes = Uint8Array.of(0x00, 0x10, 0x83, 0xff, 0xef, 0x7c);
  const places = [0, 1, 2, 3, 63, 62, 61, 60];
  expect(emojiOf(bytes, 8)).toEqual(places.map((place) => emojis[place]));
});

test("the last emoji may end where the bytes do", () => {
  expect(emojiOf(Uint8Array.of(0xff), 1)).toEqual([emojis[63]]);
});
