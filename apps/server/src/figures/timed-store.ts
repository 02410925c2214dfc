import type { Store } from "../store/store.ts";
import type { Histogram } from "./histogram.ts";

/** The same store; each write that became durable is observed, with its wait for others. */
export function timedStore(store: Store, writeSeconds: Histogram): Store {
  return {
    db: store.db,
    async write(work) {
      const beganAt = performance.now();
      const result = await store.write(work);
      writeSeconds.observe((performance.now() - beganAt) / 1_000);
      return result;
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
