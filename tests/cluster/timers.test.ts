import { randomUUID } from "node:crypto";
import { Handle } from "@ringfence/protocol";
import { Client } from "pg";
import { expect, test } from "vitest";
import { signUpMutuals } from "../../apps/server/src/accounts/test-people.ts";
import { TestDevice } from "../../apps/server/src/signalling/test-device.ts";
import { hasPrograms, startCluster } from "./cluster.ts";

const pairs = 8;

test.runIf(hasPrograms())(
  "a timer fires once on three nodes, also when the node that set it is gone",
  { timeout: 180_000 },
  async () => {
    await using owned = new AsyncDisposableStack();
    const cluster = owned.use(await startCluster(3, { LOG_LEVEL: "info" }));
    const [one, other, third] = cluster.nodes;
    if (one === undefined || other === undefined || third === undefined)
      throw new Error("no nodes");
    const callIds: string[] = [];
    const callees: TestDevice[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      const names = [`caller${pair}`, `callee${pair}`] as const;
      const cookies = await signUpMutuals(third.origin, names);
      const from = pair % 2 === 0 ? one : third;
      const caller = owned.use(await TestDevice.open(from.origin, cookies[names[0]] ?? ""));
      callees.push(owned.use(await TestDevice.open(other.origin, cookies[names[1]] ?? "")));
      const to = Handle.parse(names[1]);
      caller.say({ type: "invite", requestId: randomUUID(), to, kind: "audio" });
      callIds.push((await caller.told("ringing")).call.callId);
    }
    await one.kill();
    await bringForward(cluster.databaseUrl, Date.now() + 300);
    for (const callee of callees) {
      expect(await callee.told("call-ended")).toMatchObject({ reason: "missed" });
    }
    const ends = cluster.nodes
      .flatMap(({ logged }) => logged)
      .filter((line) => line.includes("-> ended (due)"));
    for (const callId of callIds) {
      expect(ends.filter((line) => line.includes(callId))).toHaveLength(1);
    }
  },
);

/** The rings of all calls end then; nobody was told. */
async function bringForward(databaseUrl: string, dueAt: number): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string; state: string }>(
      "select id, state from call",
    );
    for (const { id, state } of rows) {
      const moved = JSON.stringify({ ...(JSON.parse(state) as object), dueAt });
      await client.query("update call set state = $1, due_at = $2 where id = $3", [
        moved,
        dueAt,
        id,
      ]);
    }
  } finally {
    await client.end();
  }
}
