import type { Config } from "../../config.ts";
import { isLoopback } from "../../loopback.ts";
import { originOf } from "../origin-of.ts";
import { type Finding, good, warning, fault } from "./finding.ts";

/** What each setting allows and all of them together do not: the rest stops a start by itself. */
export function checkSettings(config: Config): Finding[] {
  const found = [...checkReach(config), ...checkHttps(config)];
  if (found.length > 0) return found;
  return [good("settings", `They fit together. People come to ${originOf(config)}.`)];
}

/** A proxy on this machine brings pages in from elsewhere, but not calls. */
function checkReach({ host, publicOrigin, relayUrls }: Config): Finding[] {
  const isForOthers = publicOrigin !== undefined && !isLoopback(new URL(publicOrigin).hostname);
  if (!isForOthers || !isLoopback(host) || relayUrls !== undefined) return [];
  return [
    fault(
      "settings",
      `HOST=${host} keeps calls on this machine, while PUBLIC_ORIGIN=${publicOrigin} is for others: they could sign in and not call.`,
      "Leave HOST out, and open the port beside the reverse proxy.",
    ),
  ];
}

function checkHttps(config: Config): Finding[] {
  const { protocol, hostname } = new URL(originOf(config));
  if (protocol === "https:") return [];
  if (!isLoopback(hostname)) {
    return [
      fault(
        "settings",
        `PUBLIC_ORIGIN begins with http:. Browsers open no microphone there.`,
        "Set ACME_DOMAIN, or TLS_CERT and TLS_KEY, or put a reverse proxy with HTTPS in front and write https: there.",
      ),
    ];
  }
  if (isLoopback(config.host)) return [];
  return [
    warning(
      "settings",
      "Only this machine can call: browsers open a microphone over HTTPS or at localhost.",
      "For other people set ACME_DOMAIN, or TLS_CERT and TLS_KEY, or PUBLIC_ORIGIN=https://... and TRUST_PROXY=1 behind a reverse proxy.",
    ),
  ];
}
