import { limits } from "@ringfence/protocol";

/**
 * Waits for the next tick of a slow clock. A refusal that is given on it takes as long whatever was done
 * before, so that the time of the answer does not tell what that was.
 *
 * @param now Unix time in milliseconds
 */
export function answerTick(now: number): Promise<void> {
  const waitMs = limits.refusalTickMs - (now % limits.refusalTickMs);
  return new Promise((resolve) => setTimeout(resolve, waitMs));
}
