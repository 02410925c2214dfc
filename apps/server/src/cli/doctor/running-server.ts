import { existsSync } from "node:fs";
import type { Config } from "../../config.ts";
import { isDataDirectoryHeld } from "../../data-directory.ts";
import type { DoctorAnswer } from "../../http/doctor-route.ts";
import { localHostOf } from "../local-host.ts";
import { originOf } from "../origin-of.ts";
import { askServer } from "./ask-server.ts";
import { type Finding, good, warning, fault } from "./finding.ts";

/** The server of these settings, asked on this machine without a proxy in between. */
export async function findRunningServer(
  config: Config,
  secret: string | undefined,
): Promise<{ finding: Finding; answer: DoctorAnswer | undefined }> {
  const { dataDirectory, port, tls } = config;
  // A server that waits for its first certificate answers this without.
  const speaksTls =
    tls !== undefined && (config.acme === undefined || existsSync(tls.certificatePath));
  if (secret === undefined) return { finding: noServer(dataDirectory), answer: undefined };
  const at = `${speaksTls ? "https" : "http"}://${localHostOf(config.host)}:${port}`;
  const asked = await askServer(at, secret, { asOrigin: originOf(config), wantsRelay: true });
  if (asked.outcome === "ours") {
    return { finding: good("server", `It runs on port ${port}.`), answer: asked.answer };
  }
  const isHeld = isDataDirectoryHeld(dataDirectory);
  if (isHeld) return { finding: otherSettings(config, asked.outcome), answer: undefined };
  if (asked.outcome === "failed") return { finding: noServer(dataDirectory), answer: undefined };
  return { finding: otherProgram(port), answer: undefined };
}

function noServer(directory: string): Finding {
  return warning(
    "server",
    `No server runs on ${directory}, so the way to it was not looked at.`,
    "Start it, and run this command again beside it.",
  );
}

function otherSettings({ dataDirectory, port }: Config, outcome: "stranger" | "failed"): Finding {
  return fault(
    "server",
    outcome === "failed"
      ? `A server runs on ${dataDirectory}, but does not answer on port ${port}.`
      : `What answers on port ${port} does not know the RELAY_SECRET of these settings, and a server runs on ${dataDirectory}.`,
    "Run this command with the settings that the server was started with, or start it again with these.",
  );
}

function otherProgram(port: number): Finding {
  return fault(
    "server",
    `Another program answers on port ${port}: it does not know the RELAY_SECRET of these settings.`,
    "Stop it, choose another PORT, or name the DATA_DIR and RELAY_SECRET of the server that runs there.",
  );
}
