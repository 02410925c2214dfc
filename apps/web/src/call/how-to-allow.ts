import type { InputKind } from "@ringfence/client";
import type { BrowserKind } from "./browser-kind.ts";

/** How a person lets this page have a device after a no: one sentence, as this browser has it. */
export function howToAllow(device: InputKind, { make, system, isInstalled }: BrowserKind): string {
  const setting = device === "microphone" ? "Microphone" : "Camera";
  if (system === "ios") {
    return make === "safari"
      ? `Tap the page menu beside the address, then Website Settings, and set ${setting} to Allow.`
      : `Open the Settings app, choose this browser, and turn ${setting} on.`;
  }
  if (isInstalled) {
    return `Open this app's menu, then its site settings, and allow the ${device}.`;
  }
  switch (make) {
    case "chromium":
      return system === "android"
        ? `Tap the icon left of the address, then Permissions, and allow the ${device}.`
        : `Click the icon left of the address, and turn the ${device} on.`;
    case "firefox":
      return system === "android"
        ? `Tap the icon left of the address, and allow the ${device}.`
        : `Click the crossed-out ${device} left of the address, and take the block away.`;
    case "safari":
      return `Open the menu Safari, then Settings for this website, and set ${setting} to Allow.`;
    case "other":
      return `Allow the ${device} for this page in your browser's settings.`;
  }
}

/** How a person lets this browser have a device that the system keeps from it. */
export function howToAllowInSystem(device: InputKind, { system }: BrowserKind): string {
  const setting = device === "microphone" ? "Microphone" : "Camera";
  switch (system) {
    case "windows":
      return `Open Windows Settings, Privacy & security, ${setting}, and let desktop apps use it.`;
    case "macos":
      return `Open System Settings, Privacy & Security, ${setting}, turn this browser on, and start it again.`;
    case "ios":
      return `Open the Settings app, Privacy & Security, ${setting}, and turn this browser on.`;
    case "android":
      return `Open Android's Settings, Apps, this browser, Permissions, and allow the ${device}.`;
    case "other":
      return `Let this browser use the ${device} in the settings of this machine.`;
  }
}
