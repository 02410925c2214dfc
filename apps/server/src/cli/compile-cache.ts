import { fileURLToPath } from "node:url";

/** Keeps each process small and quick to start. `npm start` fills it: scripts/prepare. */
export const compileCache = fileURLToPath(
  new URL("../../../../node_modules/.cache/ringfence", import.meta.url),
);
