/**
 * Why a microphone or a camera cannot be had.
 * - `blocked`: the person, or whoever manages the browser, said no to this page.
 * - `dismissed`: the question was closed without an answer.
 * - `blocked-by-system`: the browser may, and the machine does not let the browser.
 * - `blocked-by-page`: what serves this page forbids it (Permissions-Policy).
 * - `insecure-page`: the page came over plain HTTP, where browsers have no devices.
 * - `missing`: there is none. `in-use`: another program holds it.
 */
export type DeviceFault =
  | "blocked"
  | "dismissed"
  | "blocked-by-system"
  | "blocked-by-page"
  | "insecure-page"
  | "missing"
  | "in-use";

/** What a page hears and sees by, under the names that a policy has for them. */
export type InputKind = "microphone" | "camera";

/** This page has no devices at all. */
export class InsecurePage extends Error {
  override readonly name = "InsecurePage";
}

/**
 * Why `getUserMedia` gave nothing (W3C mediacapture-streams §10.2). What is neither forbidden nor
 * held by another program counts as not there. Only Chromium's messages tell who forbids it.
 *
 * @param isAllowedHere whether what serves the page allows this kind of device
 */
export function deviceFault(
  error: unknown,
  kind: InputKind,
  isAllowedHere: (kind: InputKind) => boolean = isAllowedByPolicy,
): DeviceFault {
  const { name, message } = error instanceof Error ? error : new Error();
  switch (name) {
    case "InsecurePage":
      return "insecure-page";
    case "NotAllowedError":
      if (!isAllowedHere(kind)) return "blocked-by-page";
      if (/by system/i.test(message)) return "blocked-by-system";
      return /dismissed/i.test(message) ? "dismissed" : "blocked";
    case "SecurityError":
      return "blocked-by-page";
    case "NotReadableError":
    case "AbortError":
      return "in-use";
    default:
      return "missing";
  }
}

/** Whether asking for another device could be answered otherwise than this was. */
export function isRefusal(fault: DeviceFault | "pending" | "on" | "off"): boolean {
  switch (fault) {
    case "blocked":
    case "dismissed":
    case "blocked-by-system":
    case "blocked-by-page":
    case "insecure-page":
      return true;
    case "missing":
    case "in-use":
    case "pending":
    case "on":
    case "off":
      return false;
  }
}

/** As far as this browser tells: Chromium does, under a name of before the standard had one. */
function isAllowedByPolicy(kind: InputKind): boolean {
  const { featurePolicy } = document as Document & {
    featurePolicy?: { allowsFeature(name: string): boolean };
  };
  return featurePolicy?.allowsFeature(kind) ?? true;
}
