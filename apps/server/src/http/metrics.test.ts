import { request } from "node:http";
import { type FiguresOfAll, RelayControl } from "@ringfence/relay";
import { pino } from "pino";
import { describe, expect, test } from "vitest";
import { Figures } from "../figures/figures.ts";
import { makeMetricRegistry } from "./metric-registry.ts";
import { startServer } from "./server-under-test.ts";

const token = "a-token-of-some-length";
const bearer = { authorization: `Bearer ${token}` };

describe("the figures at /metrics", () => {
  test("are for a program of this machine, in the format of Prometheus", async () => {
    await using server = await startServer();
    const answer = await server.browser().send("GET", "/metrics");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(answer.text).toContain("# TYPE ringfence_websockets gauge\nringfence_websockets 0\n");
  });

  test.each([
    ["x-forwarded-for", "203.0.113.9"],
    ["x-forwarded-proto", "https"],
    ["forwarded", "for=203.0.113.9"],
    ["via", "1.1 proxy"],
    ["x-real-ip", "203.0.113.9"],
    ["host", "calls.example.org"],
    ["host", "127.0.0.1.example.org"],
    ["authorization", "Bearer something-else-of-some-length"],
  ])("are not there through a proxy or by another name: %s %s", async (name, value) => {
    await using server = await startServer({ metrics: { token } });
    const forwarded = name === "authorization" ? { via: "1.1 proxy" } : {};
    const { status, text } = await get(`${server.url}/metrics`, { [name]: value, ...forwarded });
    expect([status, text]).toEqual([
      404,
      '{"code":"not-found","message":"There is nothing at this address."}',
    ]);
  });

  test.each([["127.0.0.1:8480"], ["127.8.8.8"], ["localhost:8480"], ["LOCALHOST"], ["[::1]:8480"]])(
    "are there under a name of this machine: %s",
    async (host) => {
      await using server = await startServer();
      expect((await get(`${server.url}/metrics`, { host })).status).toBe(200);
    },
  );

  test("are for whoever names the token, and no token is the same as none", async () => {
    await using server = await startServer({ metrics: { token } });
    const proxied = { via: "1.1 proxy", host: "calls.example.org" };
    expect((await get(`${server.url}/metrics`, { ...proxied, ...bearer })).status).toBe(200);
    await using without = await startServer();
    for (const authorization of [bearer.authorization, "Bearer undefined", "Bearer "]) {
      const headers = { ...proxied, authorization };
      expect((await get(`${without.url}/metrics`, headers)).status).toBe(404);
    }
  });
});

test("every figure stands there with its parts, and a counter never falls by being read", async () => {
  const figures = new Figures();
  figures.messagesSent = 9;
  figures.pushes.gone = 5;
  figures.ringsOver.declined = 6;
  for (const took of [0.003, 0.2, 60]) figures.inviteToRingSeconds.observe(took);
  const registry = makeMetricRegistry({
    figures,
    relay: () => figuresOfRelays,
    webSockets: () => 3,
    bus: () => ({ deliveries: { delivered: 5, nobody: 4 }, reconnects: 2, nodes: 3 }),
    callsByState: async () => ({ ringing: 1, connecting: 0, connected: 2, reconnecting: 0 }),
  });
  const first = await registry.metrics();
  for (const line of [
    "ringfence_websockets 3",
    "ringfence_nodes 3",
    'ringfence_deliveries_total{outcome="nobody"} 4',
    "ringfence_bus_reconnects_total 2",
    'ringfence_calls{state="ringing"} 1',
    'ringfence_calls{state="connected"} 2',
    "ringfence_messages_total 9",
    'ringfence_pushes_total{outcome="gone"} 5',
    'ringfence_rings_over_total{outcome="declined"} 6',
    'ringfence_calls_ended_total{reason="failed"} 0',
    'ringfence_invite_to_ring_seconds_bucket{le="0.002"} 0',
    'ringfence_invite_to_ring_seconds_bucket{le="0.005"} 1',
    'ringfence_invite_to_ring_seconds_bucket{le="2.5"} 2',
    'ringfence_invite_to_ring_seconds_bucket{le="+Inf"} 3',
    "ringfence_invite_to_ring_seconds_count 3",
    "ringfence_invite_to_ring_seconds_sum 60.203",
    "ringfence_transaction_seconds_count 0",
    'ringfence_relay_statements_total{statement="live"} 9',
    'ringfence_relays{group=""} 1',
    'ringfence_relays{group="north"} 2',
    "ringfence_relay_draining 1",
    'ringfence_relay_allocations{transport="tcp"} 1',
    "ringfence_relay_cpu_seconds 1.5",
    "ringfence_relay_resident_memory_bytes 60000000",
    'ringfence_relay_bytes_out_total{transport="udp"} 160',
    'ringfence_relay_drops_total{reason="no-peer"} 7',
    'ringfence_relay_answers_total{code="401"} 4',
    'ringfence_relay_quota_refusals_total{quota="allocations"} 8',
  ]) {
    expect(first.split("\n")).toContain(line);
  }
  expect(first).toMatch(/^process_cpu_user_seconds_total [\d.]+$/m);
  expect(first).toMatch(/^process_resident_memory_bytes \d{7,}$/m);
  expect(first).toMatch(/^ringfence_event_loop_delay_seconds\{quantile="0.99"\} [\d.e-]+$/m);
  expect(ownLines(await registry.metrics())).toEqual(ownLines(first));
});

const none = new RelayControl({
  secret: "none",
  liveCalls: () => [],
  log: pino({ level: "silent" }),
}).figures();

const figuresOfRelays: FiguresOfAll = {
  relays: 3,
  relaysByGroup: { "": 1, north: 2 },
  told: { live: 9, join: 5, direct: 0, end: 6, drain: 1 },
  isDraining: true,
  calls: 2,
  connections: 1,
  process: { cpuSeconds: 1.5, residentBytes: 60_000_000 },
  allocations: { udp: 4, tcp: 1 },
  counters: {
    ...none.counters,
    bytesOut: { udp: 160, tcp: 0 },
    drops: { ...none.counters.drops, "no-peer": 7 },
    answers: { ...none.counters.answers, 401: 4 },
    quotaRefusals: { ...none.counters.quotaRefusals, allocations: 8 },
  },
};

function ownLines(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("ringfence") && !line.includes("event_loop"));
}

/** Not `fetch`, which names the host by itself. */
async function get(url: string, headers: Record<string, string>) {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const asked = request(url, { headers }, (response) => {
    let text = "";
    response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
  });
  asked.on("error", reject);
  asked.end();
  return promise;
}
