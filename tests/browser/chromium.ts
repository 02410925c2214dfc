import { certificatePin } from "./certificate.ts";

/** The system's Chromium, or the one that CHROMIUM_PATH names. */
export function chromiumPath(): string {
  return process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
}

/** No sandbox (tests run as root in CI), nothing in the background, a camera that is a picture. */
export const chromiumArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  "--autoplay-policy=no-user-gesture-required",
  // Playwright's own way to take any certificate does not reach TURN over TLS.
  `--ignore-certificate-errors-spki-list=${certificatePin()}`,
];
