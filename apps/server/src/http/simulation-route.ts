import type { FastifyInstance } from "fastify";
import { sql } from "kysely";
import { RefusedError } from "../errors.ts";
import { serverLimits } from "../limits.ts";
import type { Reader, Store } from "../store/store.ts";
import { type SimulationSettings, simulatedPersonOf } from "./simulation-code.ts";

/** Handles of simulated people begin so. */
const handlePrefix = "sim_";

/**
 * `/simulation`: whether this server was told of a simulation, and which accounts the last one left. To
 * everybody who does not name the code there is nothing at this address.
 */
export function addSimulationRoute(
  fastify: FastifyInstance,
  { store, settings }: { store: Store; settings: SimulationSettings },
): void {
  fastify.get("/simulation", async ({ raw }) => {
    if (simulatedPersonOf(raw, settings) === undefined) {
      throw new RefusedError("not-found", "There is nothing at this address.");
    }
    const max = serverLimits.simulatedHandlesAtOnceMax;
    const handles = await simulatedHandles(store.db, max + 1);
    return { handles: handles.slice(0, max), hasMore: handles.length > max };
  });
}

async function simulatedHandles(db: Reader, max: number): Promise<string[]> {
  const rows = await db
    .selectFrom("account")
    .select("handle")
    // To LIKE an underscore is any character.
    .where(sql<boolean>`handle like ${handlePrefix.replace("_", "\\_")} || '%' escape '\\'`)
    .orderBy("handle")
    .limit(max)
    .execute();
  return rows.map(({ handle }) => handle);
}
