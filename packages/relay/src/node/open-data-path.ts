import { RelayError } from "../errors.ts";
import { BatchedPath, type Unfit } from "./batched/batched-path.ts";
import type { DataPath, DataPathOptions } from "./data-path.ts";
import { PortablePath } from "./portable-path.ts";

/** RELAY_DATA_PATH: which data path to take; `automatic` takes the faster one that works here. */
export type DataPathChoice = "automatic" | "batched" | "portable";

/**
 * Opens the data path that was chosen. Where it is not the batched one although nobody asked for the
 * other, the log says why, once.
 *
 * @param openBatched says why it is unfit, where it cannot be on this system
 * @throws RelayError `relay-config-refused` where `batched` was chosen and cannot be; or when the path
 *   cannot have its port or its host
 */
export async function openDataPath(
  choice: DataPathChoice,
  options: DataPathOptions,
  openBatched: (options: DataPathOptions) => Promise<DataPath | Unfit> = (given) =>
    BatchedPath.open(given),
): Promise<DataPath> {
  if (choice === "portable") return PortablePath.open(options);
  const path = await openBatched(options);
  if (!("unfit" in path)) return path;
  if (choice === "batched") {
    throw new RelayError(
      "relay-config-refused",
      `RELAY_DATA_PATH is batched, and that cannot be here: ${path.unfit}. Leave it out, and the relay takes the portable one.`,
    );
  }
  options.log.info({ reason: path.unfit }, "relay takes the portable data path");
  return PortablePath.open(options);
}
