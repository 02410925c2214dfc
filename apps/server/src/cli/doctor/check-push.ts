import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Config } from "../../config.ts";
import { databaseFile, vapidKeyFile } from "../../data-directory.ts";
import { isVapidKey } from "../../push/vapid-key.ts";
import { askHttp } from "./ask-http.ts";
import { type Finding, good, warning, fault } from "./finding.ts";

const restoreKey =
  "Put the file of a backup in its place. Without it each device is rung again only after its page was opened.";

/**
 * The key that pushes are signed with and, where the operator wants that, whether the push services of
 * the devices that are signed in can be reached from here.
 */
export async function checkPush(config: Config, asksServices: boolean): Promise<Finding[]> {
  const origins = originsIn(join(config.dataDirectory, databaseFile));
  const key = checkKey(config, origins.length > 0);
  if (!asksServices) return [key];
  const asked = [...new Set([...origins, ...config.pushServices])];
  if (asked.length === 0) {
    return [
      key,
      good("push", "No device lets itself be rung with its page closed: nobody to ask."),
    ];
  }
  return [key, ...(await Promise.all(asked.map(askService)))];
}

/** @param isNeeded whether devices count on it already */
function checkKey({ vapidKey, dataDirectory }: Config, isNeeded: boolean): Finding {
  try {
    const key = vapidKey ?? readFileSync(join(dataDirectory, vapidKeyFile), "utf8").trim();
    if (!isVapidKey(key)) return lostKey("is no key");
    return good("push", "The key that pushes are signed with is there.");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isMissing = code === "ENOENT" || code === "ENOTDIR";
    if (isMissing && !isNeeded) {
      return good("push", "There is no key for pushes yet: the first start makes it.");
    }
    return lostKey(isMissing ? "is gone" : `cannot be read (${code})`);
  }
}

function lostKey(what: string): Finding {
  return fault(
    "push",
    `${vapidKeyFile}, the key that pushes are signed with, ${what}.`,
    restoreKey,
  );
}

/** Of the push services that devices named. */
function originsIn(path: string): string[] {
  try {
    using database = new DatabaseSync(path, { readOnly: true });
    const rows = database.prepare("SELECT DISTINCT endpoint FROM push_subscription").all();
    const origins = rows.flatMap(({ endpoint }) => URL.parse(String(endpoint))?.origin ?? []);
    return [...new Set(origins)];
  } catch {
    // There is none, or it has a line of its own.
    return [];
  }
}

async function askService(origin: string): Promise<Finding> {
  const asked = await askHttp(origin, {});
  if (asked.outcome === "answered") {
    return good("push", `${origin} answers, in ${Math.round(asked.tookMs)} ms.`);
  }
  return warning(
    "push",
    `${origin} cannot be reached (${asked.code}): devices with that push service are not rung while their page is closed.`,
    "Let this machine open HTTPS connections to the outside, at least to the services in docs/operations.md.",
  );
}
