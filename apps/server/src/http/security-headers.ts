import type { IncomingMessage } from "node:http";
import { type OriginSettings, isSecure } from "./origin.ts";

const hstsSeconds = 365 * 24 * 60 * 60;

/** The only policy there may be: `packages/client/src/push/trusted-worker.ts` makes it. */
const workerPolicy = "ringfence-service-worker";

const allowedFeatures = [
  "autoplay",
  "camera",
  "display-capture",
  "fullscreen",
  "microphone",
  "picture-in-picture",
  "publickey-credentials-create",
  "publickey-credentials-get",
  "screen-wake-lock",
];
const refusedFeatures = [
  "accelerometer",
  "bluetooth",
  "browsing-topics",
  "encrypted-media",
  "geolocation",
  "gyroscope",
  "hid",
  "idle-detection",
  "local-fonts",
  "magnetometer",
  "midi",
  "payment",
  "serial",
  "usb",
  "window-management",
  "xr-spatial-tracking",
];

const permissionsPolicy = [
  ...allowedFeatures.map((feature) => `${feature}=(self)`),
  ...refusedFeatures.map((feature) => `${feature}=()`),
].join(", ");

/** What every answer tells a browser, whatever it answers. */
export function securityHeaders(
  request: IncomingMessage,
  settings: OriginSettings,
): Record<string, string> {
  const secure = isSecure(request, settings);
  return {
    "content-security-policy": contentSecurityPolicy(request, settings, secure),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": permissionsPolicy,
    "cross-origin-opener-policy": "same-origin",
    // The app embeds nothing from elsewhere: a process of its own costs it nothing.
    "cross-origin-embedder-policy": "require-corp",
    "origin-agent-cluster": "?1",
    "cross-origin-resource-policy": "same-origin",
    ...(secure ? { "strict-transport-security": `max-age=${hstsSeconds}` } : {}),
  };
}

function contentSecurityPolicy(
  request: IncomingMessage,
  { publicOrigin }: OriginSettings,
  secure: boolean,
): string {
  const host = publicOrigin === undefined ? request.headers.host : new URL(publicOrigin).host;
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    `connect-src 'self'${webSocketSource(host, secure)}`,
    "font-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${workerPolicy}`,
  ].join("; ");
}

/**
 * In Safari before 15.4 'self' does not hold the WebSocket of the same origin, so it is named. A
 * host that CSP has no form for (an IPv6 address), or that is not a host, is left to 'self': what a
 * client wrote into `Host` must not become a directive.
 */
function webSocketSource(host: string | undefined, secure: boolean): string {
  if (host === undefined || !/^[a-z\d.-]+(:\d{1,5})?$/i.test(host)) return "";
  return ` ${secure ? "wss" : "ws"}://${host}`;
}
