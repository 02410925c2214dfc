import { checkReceipt } from "@ringfence/e2ee";
import { describe, expect, it, vi } from "vitest";
import { alice, aSample, TwoDevices } from "../../test/test-evidence.ts";
import { memoryVaults } from "../headless/memory-vault.ts";
import { until } from "../../test/until.ts";
import { webCrypto } from "../identity/web-crypto.ts";
import { clientLimits } from "../limits.ts";
import type { Vault } from "../vault/vault.ts";
import type { Evidence } from "./evidence.ts";
import { ReceiptsStore } from "./receipts.ts";

const dayMs = 86_400_000;

/** A device of Alice's: its pages share a vault and a key. */
async function openDevice(devices: TwoDevices) {
  const vault = memoryVaults()(alice);
  const clock = { now: 100 * dayMs };
  const signer = async () => devices.alice;
  const openPage = () => new ReceiptsStore({ account: alice, vault, signer }, () => clock.now);
  return { vault, clock, openPage };
}

/** Calls until the first description was answered. */
async function callWith(page: ReceiptsStore, devices: TwoDevices) {
  const evidence = page.open(devices.call);
  for (const said of await devices.exchange()) evidence.addDescription(said);
  evidence.setVerdict({ verdict: "first-contact" });
  evidence.addSample(Promise.resolve(aSample));
  evidence.setConnected();
  return evidence;
}

function untilKept(vault: Vault, { call }: TwoDevices, fits: (evidence: Evidence) => boolean) {
  return vi.waitFor(async () => {
    const kept = await vault.get("receipts", call.callId);
    expect(kept !== undefined && fits(kept.evidence)).toBe(true);
  });
}

const refuse = () => Promise.reject(new DOMException("no storage", "InvalidStateError"));

const isRead = ({ state }: { state: string }) => state !== "loading";

describe("the receipts of a device", () => {
  it("have one of a call from its end on, signed, and still in the next page", async () => {
    const devices = await TwoDevices.make();
    const { callId } = devices.call;
    const { clock, openPage } = await openDevice(devices);
    const page = openPage();
    const evidence = await callWith(page, devices);
    const view = page.of(callId);
    expect(view.get()).toEqual({ state: "loading" });
    clock.now += 60_000;
    evidence.end("hung-up");
    expect(await until(view, isRead)).toMatchObject({
      state: "ready",
      breaches: [],
      receipt: { call: { end: "hung-up", begunAt: 100 * dayMs, endedAt: 100 * dayMs + 60_000 } },
    });
    expect(page.broken.get()).toBeNull();
    const next = openPage();
    expect(await until(next.of(callId), isRead)).toEqual(view.get());
    const file = await next.makeFile(callId, { withOther: false });
    expect(await checkReceipt(webCrypto, file)).toMatchObject({
      checks: { signature: "holds", "other-signatures": "absent", chain: "holds" },
    });
    const whole = await next.makeFile(callId, { withOther: true });
    expect(await checkReceipt(webCrypto, whole)).toMatchObject({
      checks: { signature: "holds", "other-signatures": "holds" },
    });
  });

  it("have none of a call that another device was in", async () => {
    const devices = await TwoDevices.make();
    const page = (await openDevice(devices)).openPage();
    expect(await until(page.of(devices.call.callId), isRead)).toEqual({ state: "missing" });
    expect(await page.makeFile(devices.call.callId, { withOther: false })).toBeNull();
  });

  it("have none of a call that this device prepared for and another took", async () => {
    const devices = await TwoDevices.make();
    const { vault, openPage } = await openDevice(devices);
    const page = openPage();
    const evidence = page.open(devices.call);
    for (const said of await devices.exchange()) evidence.addDescription(said);
    await untilKept(vault, devices, ({ descriptions }) => descriptions.length === 2);
    evidence.end("answered-elsewhere");
    await vi.waitFor(async () => expect(await vault.list("receipts")).toEqual([]));
    expect(await until(page.of(devices.call.callId), isRead)).toEqual({ state: "missing" });
  });

  it("go on where a page that returned to its call goes on", async () => {
    const devices = await TwoDevices.make();
    const { vault, openPage } = await openDevice(devices);
    const first = await callWith(openPage(), devices);
    first.addCandidate("candidate:1 1 udp 1 192.168.1.5 5 typ host");
    await untilKept(vault, devices, ({ shown }) => shown.length > 0);
    const page = openPage();
    const second = page.open(devices.call);
    for (const said of await devices.exchange()) second.addDescription(said);
    second.end("hung-up");
    const view = await until(page.of(devices.call.callId), isRead);
    if (view.state !== "ready") throw new Error(view.state);
    expect(view.receipt.descriptions).toHaveLength(4);
    expect(view.receipt.shown).toHaveLength(1);
    expect(view.receipt.call.begunAt).toBe(100 * dayMs);
  });

  it("have one of a call whose page went away with it, once it is looked for", async () => {
    const devices = await TwoDevices.make();
    const { vault, openPage } = await openDevice(devices);
    await callWith(openPage(), devices);
    await untilKept(vault, devices, ({ connectedAt }) => connectedAt !== null);
    const view = await until(openPage().of(devices.call.callId), isRead);
    expect(view).toMatchObject({ state: "ready", receipt: { call: { end: "lost" } } });
  });

  it("say at once where something was not as promised, until it was looked at", async () => {
    const devices = await TwoDevices.make();
    const { openPage } = await openDevice(devices);
    const page = openPage();
    const evidence = await callWith(page, devices);
    const path = { ...aSample.path, own: "host", other: "host", relayProtocol: null } as const;
    evidence.addSample(Promise.resolve({ ...aSample, path: { ...path, ownAddress: "192.0.2.1" } }));
    evidence.end("hung-up");
    const broken = await until(page.broken, (receipt) => receipt !== null);
    expect(broken?.call.id).toBe(devices.call.callId);
    expect(page.of(devices.call.callId).get()).toMatchObject({
      breaches: ["address-shown", "not-relayed"],
    });
    page.dismissBroken();
    expect(page.broken.get()).toBeNull();
  });

  it("do not open over what their own person said: that the emoji differ", async () => {
    const devices = await TwoDevices.make();
    const page = (await openDevice(devices)).openPage();
    const evidence = await callWith(page, devices);
    evidence.setCompared("differ");
    evidence.end("different-emoji");
    const view = await until(page.of(devices.call.callId), isRead);
    expect(view).toMatchObject({ state: "ready", breaches: ["different-emoji"] });
    expect(page.broken.get()).toBeNull();
  });

  it("are gone after as many days as their person chose here, or a month", async () => {
    const devices = await TwoDevices.make();
    const { callId } = devices.call;
    const { vault, clock, openPage } = await openDevice(devices);
    const page = openPage();
    (await callWith(page, devices)).end("hung-up");
    await until(page.of(callId), isRead);
    clock.now += clientLimits.receiptDays * dayMs;
    await page.removeOld();
    expect(await vault.list("receipts")).toHaveLength(1);
    clock.now += 1;
    await page.keepFor(90);
    clock.now += 59 * dayMs;
    await openPage().removeOld();
    expect(await vault.list("receipts")).toHaveLength(1);
    clock.now += dayMs;
    await page.removeOld();
    expect(await vault.list("receipts")).toEqual([]);
    expect(page.of(callId).get()).toEqual({ state: "missing" });
  });

  it("stay until they are removed by hand where something was not as promised", async () => {
    const devices = await TwoDevices.make();
    const { vault, clock, openPage } = await openDevice(devices);
    const page = openPage();
    const evidence = await callWith(page, devices);
    evidence.setFault({ type: "certificate" });
    evidence.end("untrusted");
    await until(page.of(devices.call.callId), isRead);
    const [kept] = await vault.list("receipts");
    if (kept === undefined) throw new Error("one is kept");
    const callId = "1".repeat(26) as typeof kept.callId;
    await vault.update("receipts", callId, () => ({ ...kept, callId, file: null }));
    clock.now += 1_000 * dayMs;
    await page.keepFor(0);
    expect(await vault.list("receipts")).toHaveLength(2);
    await page.remove(devices.call.callId);
    await page.remove(callId);
    expect(await vault.list("receipts")).toEqual([]);
  });

  it("are so many at the most, and the oldest go first", async () => {
    const devices = await TwoDevices.make();
    const { vault, openPage } = await openDevice(devices);
    const page = openPage();
    (await callWith(page, devices)).end("hung-up");
    await until(page.of(devices.call.callId), isRead);
    const [kept] = await vault.list("receipts");
    if (kept === undefined) throw new Error("one is kept");
    const { receiptsMax } = clientLimits;
    for (let number = 1; number <= receiptsMax; number++) {
      const callId = String(number).padStart(26, "0") as typeof kept.callId;
      const begunAt = kept.begunAt - number;
      await vault.update("receipts", callId, () => ({ ...kept, callId, begunAt }));
    }
    await page.removeOld();
    const left = await vault.list("receipts");
    expect(left).toHaveLength(receiptsMax);
    expect(Math.min(...left.map(({ begunAt }) => begunAt))).toBe(kept.begunAt - receiptsMax + 1);
  });

  it("fail in words where the browser keeps nothing", async () => {
    const devices = await TwoDevices.make();
    const { vault } = await openDevice(devices);
    const broken = { ...vault, get: refuse, update: refuse };
    const signer = async () => devices.alice;
    const page = new ReceiptsStore({ account: alice, vault: broken, signer }, () => 0);
    const evidence = await callWith(page, devices);
    evidence.end("hung-up");
    expect(await until(page.of(devices.call.callId), isRead)).toEqual({ state: "failed" });
  });
});
