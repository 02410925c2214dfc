import type { CallsSnapshot, PushSnapshot } from "@ringfence/client";
import type { Device } from "@ringfence/protocol";

/** One of product's three words, and why it is so. */
export interface Reach {
  word: "Rings" | "Notifies" | "Cannot be reached";
  why: string;
}

/** How another device would learn of a call now. */
export function reachOf({ isOpen, isNotified }: Device): Reach {
  if (isOpen)
    return {
      word: "Rings",
      why: "a page of Ringfence is open there, with sound if it was let ring",
    };
  if (isNotified) return { word: "Notifies", why: "its page is closed, a notification reaches it" };
  return {
    word: "Cannot be reached",
    why: "its page is closed. Open Ringfence there and tap Let Ringfence ring",
  };
}

/** With a page open, as here. */
export function openWords(sound: CallsSnapshot["sound"]): string {
  return sound === "ready"
    ? "Rings with sound while a page of Ringfence is open."
    : "This page is silent: a call shows, but makes no sound.";
}

/** Whether this browser's notifications have room for *Accept* and *Decline*. */
export function hasNotificationButtons(): boolean {
  // Absent, whatever its type says, in Firefox and Safari.
  if (!("Notification" in globalThis) || !("maxActions" in Notification)) return false;
  return Number(Notification.maxActions) >= 2;
}

/** What happens here with the page closed, and what can be done about it. null: not known yet. */
export function closedWords(push: PushSnapshot, hasButtons: boolean): string | null {
  switch (push.state) {
    case "unknown":
      return null;
    case "on":
      return `With the page closed, it shows a notification${hasButtons ? " with Accept and Decline" : "; tap it to answer"}. How loud that is, your system's settings decide.`;
    case "off":
      return "With the page closed, nothing reaches this device. Let Ringfence ring, and your browser asks whether it may notify you.";
    case "denied":
      return "With the page closed, nothing reaches this device: your browser was told that this site may not notify. Allow notifications in the site's settings, beside its address, and load this page again.";
    case "failed":
      return failedWords[push.why];
    case "impossible":
      return impossibleWords[push.lack];
  }
}

const failedWords = {
  "no-service":
    "With the page closed, nothing reaches this device: the browser got no address from its own push service. It may be turned off in the browser, or this network may block it.",
  "service-refused":
    "With the page closed, nothing reaches this device: this server does not know the push service of your browser. Tell whoever runs it; they can add it.",
  unreachable:
    "With the page closed, nothing may reach this device: the server did not answer. Try again.",
};

const impossibleWords = {
  insecure:
    "With the page closed, nothing reaches this device: browsers notify only where the address begins with https. Ask whoever runs this server.",
  "home-screen":
    "With the page closed, nothing reaches this device yet. On iPhone and iPad only apps on the home screen can notify: tap Share, then Add to Home Screen, and open Ringfence from there.",
  browser:
    "With the page closed, nothing reaches this device: this browser cannot notify, or not in a private window.",
};
