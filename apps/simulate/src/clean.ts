import { api, type OwnerProof } from "@ringfence/protocol";
import { askConsent, passwordOf, simulationHeader } from "./consent.ts";
import type { Door } from "./door.ts";
import { simulationLimits } from "./limits.ts";
import { inTurns } from "./town.ts";

/**
 * Removes what simulations with this code have left, such as after a kill -9. An account that only has
 * such a handle has another password, and stays.
 *
 * @throws SimulationError `unreachable`, `not-allowed`
 */
export async function clean(door: Door, code: string): Promise<{ removed: number; left: number }> {
  let removed = 0;
  const kept = new Set<string>();
  for (;;) {
    const { handles, hasMore } = await askConsent(door, code);
    const left = handles.filter((handle) => !kept.has(handle));
    await inTurns(left, simulationLimits.signUpsAtOnceMax, async (handle) => {
      if (await removeAccount(door, code, handle).catch(() => false)) removed += 1;
      else kept.add(handle);
    });
    // Where none of a full list went, the next would be the same.
    if (!hasMore || left.length === 0) return { removed, left: kept.size };
  }
}

/** As its own page would: sign in, and delete it. */
async function removeAccount(door: Door, code: string, handle: string): Promise<boolean> {
  const password = passwordOf(code, handle);
  const person = Number(/\d+$/.exec(handle)?.[0] ?? 0);
  const ask = (endpoint: { method: string; path: string }, body: object, cookie?: string) => {
    const headers = new Headers([[...simulationHeader(code, person)]]);
    headers.set("content-type", "application/json");
    if (cookie !== undefined) headers.set("cookie", cookie);
    const { method, path } = endpoint;
    return door.ask(door.origin + path, { method, headers, body: JSON.stringify(body) });
  };
  const signedIn = await ask(api.signIn, { handle, password });
  const cookie = signedIn.headers.getSetCookie()[0]?.split(";")[0];
  if (!signedIn.ok || cookie === undefined) return false;
  const proof = { type: "password", password } satisfies OwnerProof;
  return (await ask(api.deleteAccount, { proof }, cookie)).ok;
}
