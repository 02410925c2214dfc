import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../../config.ts";
import { relaySecretFile } from "../../data-directory.ts";
import { type Finding, good, fault } from "./finding.ts";

/** The secret that a server and its relays share: a setting, or a file that the first start makes. */
export function checkSecret({ relaySecret, dataDirectory }: Config): {
  finding: Finding;
  secret: string | undefined;
} {
  if (relaySecret !== undefined) {
    return { finding: good("secret", "RELAY_SECRET is set."), secret: relaySecret };
  }
  try {
    const secret = readFileSync(join(dataDirectory, relaySecretFile), "utf8").trim();
    if (secret !== "") return { finding: good("secret", "It is kept beside the data."), secret };
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ENOTDIR")
      return { finding: unreadable(code), secret: undefined };
  }
  const finding = good("secret", "There is none yet: the first start makes it.");
  return { finding, secret: undefined };
}

function unreadable(code: string): Finding {
  return fault(
    "secret",
    `This user cannot read ${relaySecretFile} in the data directory (${code}).`,
    "Run this command as the user that runs the server.",
  );
}
