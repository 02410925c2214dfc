import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** A program of the system that benchmarks need. */
export interface Tool {
  readonly what: string;
  /** There when the tool is. */
  readonly path: string;
  /** What Debian calls the packages. */
  readonly packages: readonly string[];
}

export const tools = {
  compiler: { what: "a C compiler", path: "/usr/bin/gcc", packages: ["gcc", "libc6-dev"] },
  openssl: {
    what: "the headers of OpenSSL",
    path: "/usr/include/openssl/hmac.h",
    packages: ["libssl-dev"],
  },
  coturn: { what: "coturn", path: "/usr/bin/turnserver", packages: ["coturn"] },
  kamailio: {
    what: "Kamailio",
    path: "/usr/sbin/kamailio",
    packages: ["kamailio", "kamailio-websocket-modules"],
  },
  prosody: { what: "Prosody", path: "/usr/bin/prosody", packages: ["prosody"] },
  taskset: { what: "taskset", path: "/usr/bin/taskset", packages: ["util-linux"] },
} as const satisfies Record<string, Tool>;

const aptGet = "/usr/bin/apt-get";

export function isThere(tool: Tool): boolean {
  return existsSync(tool.path);
}

/**
 * Installs what is missing, where we may: on Debian as root. Elsewhere nothing happens.
 *
 * @returns what is missing still
 */
export function bringTools(wanted: readonly Tool[]): readonly Tool[] {
  const missing = wanted.filter((tool) => !isThere(tool));
  if (missing.length === 0 || process.getuid?.() !== 0 || !existsSync(aptGet)) {
    return missing;
  }
  console.log(`Installing ${missing.map(({ what }) => what).join(", ")} (once) ...`);
  const packages = missing.flatMap((tool) => tool.packages);
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const quietly = ["-qq", "-y", "--no-install-recommends"];
  spawnSync(aptGet, ["-qq", "update"], { env: environment, stdio: "inherit" });
  spawnSync(aptGet, [...quietly, "install", ...packages], {
    env: environment,
    stdio: "inherit",
  });
  return missing.filter((tool) => !isThere(tool));
}

/** What to do about tools that are missing. */
export function adviceFor(missing: readonly Tool[]): string {
  const packages = missing.flatMap((tool) => tool.packages).join(" ");
  const names = missing.map(({ what }) => what).join(", ");
  return `Missing: ${names}. On Debian: apt-get install ${packages}`;
}
