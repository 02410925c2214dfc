import { createRequire } from "node:module";
import { missingForBatches } from "../node/batched/native-system.ts";
import type { DataPath } from "../node/data-path.ts";

/** Why the relay would take the portable path here, before it tries the other. */
function whyNotBatched(): string | undefined {
  try {
    createRequire(import.meta.url)("koffi");
  } catch {
    return "koffi is not installed, or does not fit this system";
  }
  return missingForBatches();
}

const missing = whyNotBatched();
if (missing !== undefined) console.warn(`Not tested here, the batched data path: ${missing}.`);

/** The data paths that this system can take: what holds for one of them holds for each. */
export const dataPaths: readonly DataPath["kind"][] =
  missing === undefined ? ["portable", "batched"] : ["portable"];
