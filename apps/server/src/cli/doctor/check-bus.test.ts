import { describe, expect, test } from "vitest";
import { hasNats, startNats } from "../../../../../tests/services/nats.ts";
import { freePort } from "../test-free-port.ts";
import { checkBus } from "./check-bus.ts";

const login = { user: "ringfence", pass: "a password" };
const addressOf = (port: number, given: typeof login | null = null) => ({
  servers: [`127.0.0.1:${port}`],
  isEncrypted: false,
  login: given,
});

const mayDo = (permissions: string) =>
  `authorization { users: [{ user: ringfence, password: "a password", permissions: ${permissions} }] }`;

describe.skipIf(!hasNats())("the doctor asks NATS", () => {
  test("and says how long a word takes through it", async () => {
    await using nats = await startNats(
      mayDo('{ publish: "ringfence.>", subscribe: "ringfence.>" }'),
    );
    expect(await checkBus(addressOf(nats.port, login))).toMatchObject({
      check: "bus",
      level: "good",
      found: expect.stringMatching(/carries a word .* in \d+ ms/),
    });
  });

  test.each([
    ["hear", '{ publish: "ringfence.>", subscribe: "else.>" }'],
    ["say", '{ publish: "else.>", subscribe: "ringfence.>" }'],
  ])("where it may not %s anything", async (_, permissions) => {
    await using nats = await startNats(mayDo(permissions));
    expect(await checkBus(addressOf(nats.port, login))).toMatchObject({
      level: "fault",
      found: expect.stringContaining("does not deliver"),
      todo: expect.stringContaining("ringfence.>"),
    });
  });

  test("that does not let it in, without showing the password", async () => {
    await using nats = await startNats("authorization { token: another }");
    const finding = await checkBus(addressOf(nats.port, login));
    expect(finding).toMatchObject({
      level: "fault",
      found: expect.stringContaining("let this server in"),
    });
    expect(JSON.stringify(finding)).not.toContain(login.pass);
  });

  test("that is not there", async () => {
    expect(await checkBus(addressOf(await freePort()))).toMatchObject({
      level: "fault",
      found: expect.stringContaining("cannot be used"),
    });
  });
});
