import { existsSync, rmSync, writeFileSync } from "node:fs";
import { chromiumPath } from "../tests/browser/chromium.ts";
import { firefoxPath } from "../tests/browser/firefox.ts";
import { postgresPath } from "../tests/services/postgres.ts";
import { type Step, runCommand } from "./step.ts";

interface Program {
  readonly path: string;
  /** Of Debian. None where somebody named a program of their own. */
  readonly packages: readonly string[];
}

const isGiven = (name: string) => process.env[name] !== undefined;

const programs: readonly Program[] = [
  {
    path: chromiumPath(),
    packages: isGiven("CHROMIUM_PATH") ? [] : ["chromium", "fonts-noto-color-emoji"],
  },
  { path: firefoxPath(), packages: isGiven("FIREFOX_PATH") ? [] : ["firefox-esr"] },
  // Shows what the relay sends: tests/relay-under-strace.test.ts.
  { path: "/usr/bin/strace", packages: ["strace"] },
  // What networks are made of in tests/network.
  { path: "/usr/bin/nsenter", packages: ["util-linux"] },
  { path: "/usr/sbin/ip", packages: ["iproute2"] },
  { path: "/usr/sbin/nft", packages: ["nftables"] },
  // Writes down every packet of a network: tests/network/packet-capture.ts.
  { path: "/usr/bin/tcpdump", packages: ["tcpdump"] },
  // What a large installation runs on, and what stands in front of a small one.
  { path: postgresPath(), packages: ["postgresql"] },
  { path: "/usr/sbin/nats-server", packages: ["nats-server"] },
  { path: "/usr/sbin/nginx", packages: ["nginx"] },
  // With it nginx carries the relay on the port of the pages: tests/services/proxies.ts.
  { path: "/usr/lib/nginx/modules/ngx_stream_module.so", packages: ["libnginx-mod-stream"] },
  { path: "/usr/bin/caddy", packages: ["caddy"] },
  // Gives certificates for tests, as Let's Encrypt does for the world.
  { path: "/usr/bin/pebble", packages: ["pebble"] },
];

/** Debian's way to say that an installed service is not to start (policy-rc.d(8)): 101 is "no". */
const servicePolicy = "/usr/sbin/policy-rc.d";

/**
 * The system's browsers, and what tests need beside them; where we may, on Debian as root, what is
 * missing is installed. Without Chromium nothing can be tested; a test that needs another skips.
 */
export const findPrograms: Step = {
  title: "Programs",
  async run() {
    const mayInstall = existsSync("/usr/bin/apt-get") && process.getuid?.() === 0;
    const missing = programs.filter(({ path }) => !existsSync(path));
    if (mayInstall) await installPackages(missing.flatMap(({ packages }) => packages));
    const isThere = existsSync(chromiumPath());
    if (!isThere) {
      console.error(
        `There is no Chromium at ${chromiumPath()}. Install it (Debian: apt-get install chromium), or name another with CHROMIUM_PATH.`,
      );
    }
    return { holds: isThere };
  },
};

async function installPackages(packages: readonly string[]): Promise<void> {
  if (packages.length === 0) return;
  const quietly = { DEBIAN_FRONTEND: "noninteractive" };
  console.log(`Installing ${packages.join(", ")} (once, about a minute) ...`);
  await runCommand(["apt-get", "-qq", "update"], quietly);
  const install = ["apt-get", "-qq", "-y", "--no-install-recommends", "install", ...packages];
  await withoutServices(() => runCommand(install, quietly));
}

/** Tests start what they need, on ports of their own: nothing is to run because it was installed. */
async function withoutServices(install: () => Promise<boolean>): Promise<void> {
  const isGoverned = existsSync(servicePolicy);
  if (!isGoverned) writeFileSync(servicePolicy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    await install();
  } finally {
    if (!isGoverned) rmSync(servicePolicy);
  }
}
