import type { IncomingMessage } from "node:http";
import { closeCodes } from "@ringfence/protocol";
import { WebSocket } from "ws";
import type { Config } from "../../config.ts";
import { originOf } from "../origin-of.ts";
import { doctorLimits } from "./doctor-limits.ts";
import { type Finding, good, fault } from "./finding.ts";

const signallingPath = "/api/signalling";

type UpgradeOutcome =
  | { outcome: "refused"; status: number }
  | { outcome: "failed"; code: string }
  /** Taken; what this server says then never came. */
  | { outcome: "mute" }
  | { outcome: "closed"; code: number };

/**
 * Opens the live connection by the address that people type, as a page does. Nobody is signed in, so
 * this server takes it and closes it with a code of its own: that has to come through.
 */
export async function checkWebSocket(config: Config): Promise<Finding> {
  const origin = originOf(config);
  const begunMs = performance.now();
  const outcome = await upgrade(`${origin.replace(/^http/, "ws")}${signallingPath}`, origin);
  const tookMs = Math.round(performance.now() - begunMs);
  switch (outcome.outcome) {
    case "closed":
      if (outcome.code !== closeCodes.notSignedIn) return cutOff(outcome.code);
      return good("websocket", `The live connection opens at ${origin}, in ${tookMs} ms.`);
    case "mute":
      return fault(
        "websocket",
        "The live connection opens, and nothing comes through it: a proxy keeps back what this server says.",
        "Switch buffering off for /api/signalling in the proxy (nginx: proxy_buffering off).",
      );
    case "refused":
      return judgeRefusal(outcome.status);
    case "failed":
      return fault(
        "websocket",
        `The live connection does not open (${outcome.code}): something cuts it off.`,
        passUpgrade,
      );
  }
}

const passUpgrade =
  "Have the proxy pass WebSockets on. Caddy's reverse_proxy does; nginx needs proxy_http_version 1.1 and the headers Upgrade and Connection, as in the README.";

function judgeRefusal(status: number): Finding {
  if (status === 403) {
    return fault(
      "websocket",
      "The live connection is refused (403): Origin and PUBLIC_ORIGIN are not the same.",
      "Set PUBLIC_ORIGIN to exactly what people type, and have the proxy hand the header Origin on as it is.",
    );
  }
  return fault(
    "websocket",
    `The live connection does not open (${status}): the request to upgrade is lost on its way, so nobody can be rung.`,
    passUpgrade,
  );
}

function cutOff(code: number): Finding {
  return fault(
    "websocket",
    `The live connection opens and is cut off (${code}) before this server says a word.`,
    passUpgrade,
  );
}

async function upgrade(url: string, origin: string): Promise<UpgradeOutcome> {
  const ended = Promise.withResolvers<UpgradeOutcome>();
  const socket = new WebSocket(url, {
    origin,
    rejectUnauthorized: false,
    handshakeTimeout: doctorLimits.answerTimeoutMs,
    perMessageDeflate: false,
  });
  let isOpen = false;
  socket.on("open", () => {
    isOpen = true;
  });
  socket.on("unexpected-response", (_request, response: IncomingMessage) => {
    ended.resolve({ outcome: "refused", status: response.statusCode ?? 0 });
  });
  socket.on("error", (error: NodeJS.ErrnoException) => {
    ended.resolve({ outcome: "failed", code: error.code ?? error.message });
  });
  socket.on("close", (code) => ended.resolve({ outcome: "closed", code }));
  const patience = setTimeout(
    () => ended.resolve(isOpen ? { outcome: "mute" } : { outcome: "failed", code: "ETIMEDOUT" }),
    doctorLimits.answerTimeoutMs,
  );
  const outcome = await ended.promise;
  clearTimeout(patience);
  socket.terminate();
  return outcome;
}
