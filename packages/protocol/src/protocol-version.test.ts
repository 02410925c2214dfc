import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { z } from "zod";
import { api } from "./api.ts";
import { DownFrame } from "./down.ts";
import type { Endpoint } from "./endpoint.ts";
import { protocolVersion } from "./protocol-version.ts";
import { UpMessage } from "./up.ts";

/**
 * A hash of every schema that is said over the wire. When this test fails, a message changed: add a
 * line to the history in protocol-version.ts, raise the version where an older peer would
 * misunderstand, and put the new hash here.
 */
const pinned = { version: 1, hash: "4ca65aca4ba3b7f5" };

test("the schemas are those of this protocol version", () => {
  const endpoints = Object.entries<Endpoint>(api).map(
    ([name, { method, path, params, query, body, response }]) => [
      name,
      method,
      path,
      ...[params, query, body, response].map((part) => part && shape(part)),
    ],
  );
  const text = JSON.stringify([shape(UpMessage), shape(DownFrame), endpoints]);
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 16);
  expect({ version: protocolVersion, hash }).toEqual(pinned);
});

function shape(schema: z.ZodType): object {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
}
