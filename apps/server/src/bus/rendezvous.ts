import { hash } from "node:crypto";

/**
 * The one of several that a key belongs to, by rendezvous hashing: everybody who knows the same ones
 * says the same, and when one goes only its own keys move.
 */
export function chosenFor<Name extends string>(
  key: string,
  among: Iterable<Name>,
): Name | undefined {
  let chosen: Name | undefined;
  let highest = "";
  for (const name of among) {
    const weight = hash("sha256", `${name} ${key}`);
    if (chosen !== undefined && weight <= highest) continue;
    chosen = name;
    highest = weight;
  }
  return chosen;
}
