import { beforeAll, describe, expect, test } from "vitest";
import { dumpOf, startServer } from "../http/server-under-test.ts";
import { TestBrowser, startPushService, trustPushService } from "./test-push-service.ts";

const endpoint = "https://fcm.googleapis.com/fcm/send/of-alice";
const path = "/api/push/subscription";

beforeAll(trustPushService);

describe("a device's subscription", () => {
  test("is kept, replaced by its next one, and taken away", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const kept = async () => (await dumpOf(server))["push_subscription"];
    const first = new TestBrowser(endpoint).subscription;
    expect(await alice.send("PUT", path, first)).toMatchObject({ status: 204 });
    expect(await kept()).toMatchObject([{ device_id: alice.me.deviceId, endpoint }]);
    const second = new TestBrowser(`${endpoint}-again`).subscription;
    await alice.send("PUT", path, second);
    expect(await kept()).toMatchObject([{ endpoint: second.endpoint, ...second.keys }]);
    expect(await alice.send("DELETE", path)).toMatchObject({ status: 204 });
    expect(await kept()).toEqual([]);
  });

  test("goes with its login, and with the account", async () => {
    await using server = await startServer();
    const kept = async () => (await dumpOf(server))["push_subscription"];
    const alice = await server.signUp("alice");
    await alice.send("PUT", path, new TestBrowser(endpoint).subscription);
    await alice.send("DELETE", "/api/login");
    expect(await kept()).toEqual([]);
    const bob = await server.signUp("bob");
    await bob.send("PUT", path, new TestBrowser(endpoint).subscription);
    await bob.send("POST", "/api/accounts/me/delete", {
      proof: { type: "password", password: "correct horse battery" },
    });
    expect(await kept()).toEqual([]);
  });

  test("is of whoever is signed in to that browser now", async () => {
    await using server = await startServer();
    const [alice, bob] = [await server.signUp("alice"), await server.signUp("bob")];
    const { subscription } = new TestBrowser(endpoint);
    await alice.send("PUT", path, subscription);
    await bob.send("PUT", path, subscription);
    expect((await dumpOf(server))["push_subscription"]).toMatchObject([
      { device_id: bob.me.deviceId, account_id: bob.me.id },
    ]);
  });

  test("is not taken by whoever knows its address and not its keys", async () => {
    await using server = await startServer();
    const [alice, mallory] = [await server.signUp("alice"), await server.signUp("mallory")];
    const { subscription } = new TestBrowser(endpoint);
    await alice.send("PUT", path, subscription);
    const forged = new TestBrowser(endpoint).subscription;
    for (const keys of [forged.keys, { ...subscription.keys, auth: forged.keys.auth }]) {
      const answer = await mallory.send("PUT", path, { endpoint, keys });
      expect(answer).toMatchObject({ status: 400, body: { code: "malformed", field: "endpoint" } });
    }
    expect((await dumpOf(server))["push_subscription"]).toMatchObject([
      { device_id: alice.me.deviceId },
    ]);
  });

  test("shows in the list of devices, as does an open page, and its address does not", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const devices = () => alice.send("GET", "/api/devices");
    expect(await devices()).toMatchObject({
      body: { devices: [{ isOpen: false, isNotified: false }] },
    });
    await alice.send("PUT", path, new TestBrowser(endpoint).subscription);
    server.openDevices.add(alice.me.deviceId);
    const answer = await devices();
    expect(answer).toMatchObject({ body: { devices: [{ isOpen: true, isNotified: true }] } });
    expect(answer.text).not.toContain("googleapis");
  });

  test.each([
    ["https://127.0.0.1/push", "push-service-refused"],
    ["https://169.254.169.254/latest/meta-data", "push-service-refused"],
    ["https://[::ffff:10.0.0.1]/push", "push-service-refused"],
    ["https://evil.example/push", "push-service-refused"],
    ["http://fcm.googleapis.com/fcm/send/x", "push-service-refused"],
    ["https://fcm.googleapis.com:22/x", "push-service-refused"],
    ["https://fcm.googleapis.com@evil.example/x", "push-service-refused"],
    ["no address", "malformed"],
    [`${endpoint}${"x".repeat(1_024)}`, "malformed"],
  ])("at %s is refused: %s", async (refused, code) => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const { subscription } = new TestBrowser(endpoint);
    const answer = await alice.send("PUT", path, { ...subscription, endpoint: refused });
    expect(answer).toMatchObject({ status: 400, body: { code, field: "endpoint" } });
    expect((await dumpOf(server))["push_subscription"]).toEqual([]);
  });

  test("for which nothing could be encrypted is refused", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const { keys } = new TestBrowser(endpoint).subscription;
    for (const [field, wrong] of [
      ["keys.p256dh", { ...keys, p256dh: `B${"A".repeat(86)}` }],
      ["keys.p256dh", { ...keys, p256dh: "short" }],
      ["keys.auth", { ...keys, auth: "short" }],
    ] as const) {
      const answer = await alice.send("PUT", path, { endpoint, keys: wrong });
      expect(answer).toMatchObject({ status: 400, body: { code: "malformed", field } });
    }
  });

  test("is put by a page of this server alone, for whoever is signed in there", async () => {
    await using server = await startServer();
    const alice = await server.signUp("alice");
    const { subscription } = new TestBrowser(endpoint);
    const foreign = { origin: "https://evil.example" };
    for (const [method, to, body] of [
      ["PUT", path, subscription],
      ["DELETE", path, undefined],
      ["POST", "/api/push/test", {}],
      ["POST", "/api/calls/01arz3ndektsv4rrffq69g5fav/decline", undefined],
    ] as const) {
      expect(await alice.send(method, to, body, foreign)).toMatchObject({ status: 403 });
      expect(await server.browser().send(method, to, body)).toMatchObject({ status: 401 });
    }
    expect(server.callsTold).toEqual([]);
  });
});

describe("a trial", () => {
  test("reaches the browser that asked, signed with the key that it subscribed with", async () => {
    await using service = await startPushService();
    await using server = await startServer({ pushServices: [service.origin] });
    const alice = await server.signUp("alice");
    const browser = new TestBrowser(`${service.origin}/alice`);
    const key = await alice.send("GET", "/api/push/key");
    await alice.send("PUT", path, browser.subscription);
    expect(await alice.send("POST", "/api/push/test", {})).toMatchObject({ status: 204 });
    const push = await service.push(1);
    expect(browser.read(push)).toEqual({ type: "test" });
    const { publicKey } = key.body as { publicKey: string };
    expect(push.headers.authorization).toContain(`k=${publicKey}`);
  });

  test("says nothing of what the push service answered", async () => {
    await using service = await startPushService();
    await using server = await startServer({ pushServices: [service.origin] });
    const alice = await server.signUp("alice");
    await alice.send("PUT", path, new TestBrowser(`${service.origin}/a`).subscription);
    service.answer = () => 403;
    const answer = await alice.send("POST", "/api/push/test", {});
    expect(answer).toMatchObject({ status: 503, body: { code: "unavailable" } });
    expect(answer.text).not.toMatch(/403|not to be read|localhost/);
  });

  test("on a device without a subscription, or with one that ended, says so", async () => {
    await using service = await startPushService();
    await using server = await startServer({ pushServices: [service.origin] });
    const alice = await server.signUp("alice");
    const trial = () => alice.send("POST", "/api/push/test", {});
    expect(await trial()).toMatchObject({ status: 404 });
    await alice.send("PUT", path, new TestBrowser(`${service.origin}/a`).subscription);
    service.answer = () => 410;
    expect(await trial()).toMatchObject({ status: 404 });
    expect((await dumpOf(server))["push_subscription"]).toEqual([]);
  });
});
