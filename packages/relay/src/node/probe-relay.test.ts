import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MemoryLog } from "../test-client/memory-log.ts";
import { secret, startRelay } from "../test-client/together.ts";
import { mintCredential } from "./mint-credential.ts";
import { probeRelay } from "./probe-relay.ts";
import type { RunningRelay } from "./relay-config.ts";

let relay: RunningRelay;

beforeEach(async () => {
  relay = await startRelay(new MemoryLog());
});

afterEach(() => relay[Symbol.asyncDispose]());

function credentialBy(secretOfRelay: string) {
  const expiresAt = Date.now() + 60_000;
  const subject = { callId: "probe", party: "a", device: "d1", expiresAt } as const;
  const { username, password } = mintCredential({ ...subject, secret: secretOfRelay });
  return { username, credential: password };
}

const good = credentialBy(secret);

describe("a relay that is asked for a sign of life", () => {
  test.each(["udp", "tcp"])("allocates over %s, and gets it back", async (transport) => {
    const url = `turn:127.0.0.1:${relay.port}?transport=${transport}`;
    const probe = await probeRelay({ url, ...good });
    expect(probe).toEqual({
      outcome: "allocated",
      roundTripMs: expect.any(Number),
      isClosed: true,
    });
    await expect
      .poll(() => relay.figures().then(({ allocations }) => allocations))
      .toEqual({
        udp: 0,
        tcp: 0,
      });
  });

  test("RFC 8489 §9.2.4: refuses a credential that was made with another secret", async () => {
    const url = `turn:127.0.0.1:${relay.port}?transport=udp`;
    const probe = await probeRelay({ url, ...credentialBy("another secret") });
    expect(probe).toEqual({ outcome: "refused", code: 401 });
  });

  test("is silent where something else has the port", async () => {
    const other = createSocket("udp4").bind(0, "127.0.0.1");
    await once(other, "listening");
    const url = `turn:127.0.0.1:${other.address().port}?transport=udp`;
    expect(await probeRelay({ url, ...good })).toEqual({ outcome: "silent" });
    other.close();
  });

  test.each(["udp", "tcp"])("is unreachable where nothing listens for %s", async (transport) => {
    const free = createServer().listen(0, "127.0.0.1");
    await once(free, "listening");
    const address = free.address();
    const port = typeof address === "object" ? address?.port : 0;
    free.close();
    await once(free, "close");
    const url = `turn:127.0.0.1:${port}?transport=${transport}`;
    expect(await probeRelay({ url, ...good })).toEqual({
      outcome: "unreachable",
      code: "ECONNREFUSED",
    });
  });

  test("is unreachable by an address that is none", async () => {
    expect(await probeRelay({ url: "http://127.0.0.1", ...good })).toEqual({
      outcome: "unreachable",
      code: "ERR_INVALID_URL",
    });
  });
});
