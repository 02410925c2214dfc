import { describe, expect, it } from "vitest";
import { assumptions } from "./assumptions.ts";
import type { Costs } from "./costs.ts";
import { planFor } from "./plan.ts";

const costs: Costs = {
  nodeCpuPerCall: 0.003,
  databaseCpuPerCall: 0.002,
  busCpuPerCall: 0.0001,
  nodeCpuPerPersonAndSecond: 1e-6,
  memoryMiBPerPerson: 0.01,
  boxCpuPerCall: 0.0025,
  transactionsPerCall: 10,
  logBytesPerCall: 80_000,
  bytesPer: { account: 2_000, friendship: 1_000, message: 400, call: 400 },
  relayCpuUs: { sound: 8, picture: 6 },
};
const simple = {
  ...assumptions,
  callsPerAccountAndDay: 1,
  messagesPerAccountAndDay: 0,
  busyHourShare: 0.1,
  answeredShare: 0.5,
  talkSeconds: 100,
};

describe("the plan", () => {
  it("has as many live calls as begin and are answered while one lasts", () => {
    const plan = planFor(36_000, simple, costs);
    expect(plan.callsPerSecond).toBeCloseTo(1);
    expect(plan.liveCalls).toBeCloseTo(50);
  });

  it("grows tenfold with tenfold accounts, but for whole nodes", () => {
    const [small, large] = [1e6, 1e7].map((accounts) => planFor(accounts, simple, costs));
    expect((large?.relayGbitPerSecond ?? 0) / (small?.relayGbitPerSecond ?? 1)).toBeCloseTo(10);
    expect((large?.databaseBytes ?? 0) / (small?.databaseBytes ?? 1)).toBeCloseTo(10);
  });

  it("hears of nobody's calls on one node, and of everybody's on two", () => {
    const people = { ...simple, connectedShare: 0.1 };
    expect(planFor(1_000, people, costs).announcementShare).toBe(0);
    expect(planFor(1e7, people, costs).announcementShare).toBeGreaterThan(0);
  });

  it("takes nodes for sockets where calls alone would need fewer", () => {
    const quiet = { ...simple, callsPerAccountAndDay: 0, socketsPerNode: 1_000, connectedShare: 1 };
    expect(planFor(10_000, quiet, costs).nodes).toBe(10);
  });

  it("counts fifty packets a second each way where there is no picture", () => {
    const { relayGbitPerSecond, liveCalls } = planFor(1e6, { ...simple, videoShare: 0 }, costs);
    const bits = 2 * 50 * 140 * 8 * simple.relayedShare;
    expect(relayGbitPerSecond).toBeCloseTo((liveCalls * bits) / 1e9);
  });
});
