import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { inCheckout } from "./checkout.mjs";

const notRead = /^(dist|node_modules)$|\.test\.tsx?$/;

/**
 * A text that changes whenever a source among these files and folders does.
 *
 * @param {string[]} places relative to the checkout
 */
export function fingerprintOf(places) {
  const hash = createHash("sha256");
  for (const place of places) add(hash, place);
  return hash.digest("hex");
}

/** Whether a file says that it was made from sources of this fingerprint. */
export function isMadeFrom(fingerprint, stamp) {
  try {
    return readFileSync(stamp, "utf8") === fingerprint;
  } catch {
    return false;
  }
}

function add(hash, place) {
  const path = inCheckout(place);
  if (statSync(path).isDirectory()) {
    // oxlint-disable-next-line unicorn/no-array-sort -- Node 18 runs this too, without toSorted.
    for (const name of readdirSync(path).sort()) {
      if (!notRead.test(name)) add(hash, join(place, name));
    }
    return;
  }
  const content = readFileSync(path);
  hash.update(`${place}\0${content.length}\0`).update(content);
}
