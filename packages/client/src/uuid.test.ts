import { NewMessage } from "@ringfence/protocol";
import { expect, test } from "vitest";
import { makeUuid } from "./uuid.ts";

test("an id made here is one that the protocol takes, and another each time", () => {
  const ids = Array.from({ length: 100 }, makeUuid);
  expect(new Set(ids).size).toBe(100);
  for (const clientMessageId of ids) {
    expect(NewMessage.safeParse({ clientMessageId, text: "hi" }).success).toBe(true);
  }
});
