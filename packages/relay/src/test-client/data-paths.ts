import { missingForBatches } from "../node/batched/native-system.ts";
import type { DataPath } from "../node/data-path.ts";

const missing = missingForBatches();
if (missing !== undefined) console.warn(`Not tested here, the batched data path: ${missing}.`);

/** The data paths that this system can take: what holds for one of them holds for each. */
export const dataPaths: readonly DataPath["kind"][] =
  missing === undefined ? ["portable", "batched"] : ["portable"];
