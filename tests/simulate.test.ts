import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { freePort } from "../apps/server/src/cli/test-free-port.ts";
import { type Ringfence, ringfence } from "../apps/server/src/cli/test-ringfence.ts";
import { SimulationReport } from "../apps/simulate/src/report.ts";

const code = randomBytes(16).toString("hex");
const patience = { timeout: 60_000, interval: 50 };

let directory: string;
let server: Ringfence;
let target: string;
let settings: Record<string, string>;
const commands: Ringfence[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-simulate-"));
  const port = await freePort();
  target = `http://127.0.0.1:${port}`;
  settings = {
    HOST: "127.0.0.1",
    PORT: String(port),
    SIGN_UP: "invite",
    ALLOW_SIMULATION: code,
  };
  server = ringfence(["start"], { directory, settings });
  await server.until("Ringfence runs at");
  await vi.waitUntil(async () => (await fetch(`${target}/readyz`)).ok, patience);
}, patience.timeout);

afterAll(async () => {
  for (const { child } of commands) child.kill("SIGKILL");
  server.child.kill("SIGTERM");
  await server.exited();
  rmSync(directory, { recursive: true });
});

/** @param parameters with `=`, such as `--people=10` */
function simulate(parameters: string[], changed: Record<string, string> = {}): Ringfence {
  const typed = ["simulate", `--target=${target}`, "--json", ...parameters];
  const command = ringfence(typed, {
    directory,
    settings: { ALLOW_SIMULATION: code, ...changed },
  });
  commands.push(command);
  return command;
}

/** A link for one who comes from outside. */
async function invitation(): Promise<string> {
  const command = ringfence(["invite"], { directory, settings });
  await command.exited();
  const [link] = /http\S+#\S+/.exec(command.said()) ?? [];
  if (link === undefined) throw new Error(command.said());
  return link;
}

/** The last thing that it said. */
function lastLine(command: Ringfence): unknown {
  const line = command
    .said()
    .split("\n")
    .findLast((each) => each.startsWith("{"));
  if (line === undefined) throw new Error(`It said no JSON, but:\n${command.said()}`);
  return JSON.parse(line);
}

function handlesLeft(): string[] {
  const path = join(directory, "data", "ringfence.sqlite");
  if (!existsSync(path)) throw new Error(`there is no ${path}`);
  using database = new DatabaseSync(path, { readOnly: true });
  return database
    .prepare("select handle from account order by handle")
    .all()
    .map(({ handle }) => String(handle));
}

describe("ringfence simulate", { timeout: 180_000 }, () => {
  it("lets people call, with sound over the relay alone, and leaves no account", async () => {
    const command = simulate([
      `--invitation=${await invitation()}`,
      "--people=10",
      "--rate=1.3",
      "--minutes=0.25",
      "--media=0.3",
      "--mix=answered",
      "--seed=7",
    ]);
    expect([await command.exited(), command.said()]).toEqual([0, expect.anything()]);
    const report = SimulationReport.parse(lastLine(command));
    expect(report).toMatchObject({ target, seed: 7, mix: "answered", wasStopped: false });
    expect(report.people).toEqual({ asked: 10, connected: 10, left: 0 });
    expect(report.calls).toMatchObject({ failed: 0, declined: 0, missed: 0 });
    expect(report.calls.begun).toBeGreaterThan(5);
    const { media, waitsMs } = report;
    expect(media.calls).toBeGreaterThan(0);
    expect(media.relayed).toBe(media.calls);
    // Nearly all came, and the relay says that it has seen them.
    expect(media.packetsReceived).toBeGreaterThan(media.packetsSent * 0.8);
    expect(media.relayPackets).toBeGreaterThan(media.packetsReceived * 0.8);
    const { begun, cutShort } = report.calls;
    expect(waitsMs["inviteToRing"]?.count).toBeGreaterThanOrEqual(begun - cutShort);
    for (const wait of Object.values(waitsMs)) {
      if (wait === null) continue;
      expect(wait.p50).toBeGreaterThan(0);
      expect(wait.max).toBeGreaterThanOrEqual(wait.p99);
    }
    expect(waitsMs["messageDelivery"]).toBeNull();
    expect(report.errors).toEqual({});
    expect(report.simulator.cores).toBeGreaterThan(0);
    expect(report.server?.application.cpuMsPerCall).toBeGreaterThan(0);
    expect(report.server?.relay?.residentBytesAfter).toBeGreaterThan(10e6);
    expect(handlesLeft()).toEqual([]);
  });

  it("ends in order on Ctrl-C, says how far it came, and leaves no account", async () => {
    const command = simulate([
      `--invitation=${await invitation()}`,
      "--people=6",
      "--minutes=0.3",
      "--rate=0.8",
      "--media=0",
    ]);
    await command.until(/watching idle people · 6 of 6 people/);
    await command.until(/calling · 6 of 6 people/);
    await vi.waitUntil(() => handlesLeft().length === 6, patience);
    command.child.kill("SIGINT");
    expect([await command.exited(), command.said()]).toEqual([0, expect.anything()]);
    const report = SimulationReport.parse(lastLine(command));
    expect(report.wasStopped).toBe(true);
    expect(report.calls).toMatchObject({ failed: 0 });
    expect(report.people.left).toBe(0);
    expect(handlesLeft()).toEqual([]);
  });

  it("removes with --clean what one left that was killed, and nobody else", async () => {
    const command = simulate([
      `--invitation=${await invitation()}`,
      "--people=4",
      "--minutes=10",
      "--rate=0.5",
      "--media=0",
    ]);
    await command.until(/watching idle people · 4 of 4 people/);
    command.child.kill("SIGKILL");
    await command.exited();
    const simulated = handlesLeft();
    expect(simulated).toHaveLength(4);
    await signUp("sim_ply_a_person");

    const cleaning = simulate(["--clean"]);
    // Whoever only has such a handle has a password of their own.
    expect(await cleaning.exited()).toBe(1);
    expect(lastLine(cleaning)).toEqual({ cleaned: { removed: 4, left: 1 } });
    expect(handlesLeft()).toEqual(["sim_ply_a_person"]);
  });

  it.each([
    ["another code than the server's", {}, { ALLOW_SIMULATION: "f".repeat(32) }, "not-allowed"],
    ["no code", {}, { ALLOW_SIMULATION: "" }, "not-allowed"],
    ["nobody who types the host's name", { target: "https://example.org" }, {}, "not-confirmed"],
    ["plain HTTP to another machine", { target: "http://192.0.2.1" }, {}, "insecure-target"],
    ["a port where nobody answers", { target: "http://127.0.0.1:1" }, {}, "unreachable"],
    ["nobody who may sign up", { people: "2", rate: "0.1" }, {}, "no-people"],
    ["more calls than people may make", { rate: "99" }, {}, "usage"],
  ])("is refused with %s", async (_, options, changed, refusal) => {
    const parameters = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
    const command = simulate(parameters, changed);
    expect(await command.exited()).toBe(1);
    expect(lastLine(command)).toMatchObject({ error: { code: refusal } });
  });
});

async function signUp(handle: string): Promise<void> {
  const body = {
    handle,
    displayName: "A person",
    password: "correct horse battery",
    invitation: (await invitation()).split("#")[1],
  };
  const answer = await fetch(`${target}/api/accounts`, {
    method: "POST",
    headers: { origin: target, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
}
