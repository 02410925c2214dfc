import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * The path of something in this checkout.
 *
 * @param {string[]} parts
 */
export function inCheckout(...parts) {
  return join(root, ...parts);
}
