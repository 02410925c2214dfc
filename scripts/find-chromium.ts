import { existsSync } from "node:fs";
import { chromiumPath } from "../tests/browser/chromium.ts";
import { type Step, runCommand } from "./step.ts";

/** The system's Chromium; where we may, on Debian as root, it is installed. */
export const findChromium: Step = {
  title: "Chromium",
  async run() {
    if (existsSync(chromiumPath())) return { holds: true };
    const mayInstall = existsSync("/usr/bin/apt-get") && process.getuid?.() === 0;
    if (mayInstall && process.env["CHROMIUM_PATH"] === undefined) await installChromium();
    const isThere = existsSync(chromiumPath());
    if (!isThere) {
      console.error(
        `There is no Chromium at ${chromiumPath()}. Install it (Debian: apt-get install chromium), or name another with CHROMIUM_PATH.`,
      );
    }
    return { holds: isThere };
  },
};

async function installChromium(): Promise<void> {
  const quietly = { DEBIAN_FRONTEND: "noninteractive" };
  console.log("Installing Chromium (once, about a minute) ...");
  await runCommand(["apt-get", "-qq", "update"], quietly);
  await runCommand(
    [
      "apt-get",
      "-qq",
      "-y",
      "--no-install-recommends",
      "install",
      "chromium",
      "fonts-noto-color-emoji",
    ],
    quietly,
  );
}
