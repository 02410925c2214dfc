import type { CallId, PushMessage } from "@ringfence/protocol";

/** What a notification is about, as its click finds it. */
export interface NotificationSubject {
  /** null where no call rings. */
  callId: CallId | null;
  /** Where in the app a page is opened, if none is open. */
  path: string;
}

interface NotificationButton {
  action: "accept" | "decline";
  title: string;
}

/** A notification as `showNotification` takes it, with what its type in the library lacks. */
export interface CallNotification {
  title: string;
  options: NotificationOptions & {
    tag: string;
    data: NotificationSubject;
    actions?: NotificationButton[];
    renotify?: boolean;
    vibrate?: number[];
  };
}

const look = { icon: "/icons/icon-192.png", badge: "/icons/badge-96.png", lang: "en" };
const ringVibration = [350, 150, 350, 900, 350, 150, 350, 900, 350, 150, 350];

/** One notification a call: what comes later takes the place of what stands there. */
export function tagOf(callId: CallId): string {
  return `call-${callId}`;
}

/** @param message null: something that this version of the app cannot read */
export function notificationOf(message: PushMessage | null): CallNotification {
  switch (message?.type) {
    case "ring":
      return ringing(message);
    case "missed":
      return quiet(message, `Missed call from ${message.with.displayName}`);
    case "over":
      return quiet(message, endings[message.how]);
    case "test":
      return {
        title: "This device can be rung",
        options: {
          ...look,
          body: "A call shows here like this, also when no page of Ringfence is open.",
          tag: "test",
          renotify: true,
          vibrate: ringVibration.slice(0, 3),
          data: { callId: null, path: "/settings/devices" },
        },
      };
    case undefined:
      return {
        title: "Ringfence",
        options: {
          ...look,
          body: "Something happened. Open Ringfence to see what.",
          tag: "news",
          data: { callId: null, path: "/messages" },
        },
      };
  }
}

/** In the place of a ring whose *Decline* did not get through. */
export function notDeclined({ callId, path }: NotificationSubject): CallNotification {
  return {
    title: "Not declined",
    options: {
      ...look,
      body: "The server did not answer. It rings on until its time is over.",
      tag: callId === null ? "news" : tagOf(callId),
      silent: true,
      data: { callId: null, path },
    },
  };
}

type OfCall<Type> = Extract<PushMessage, { type: Type }>;

function ringing({ callId, kind, with: person }: OfCall<"ring">): CallNotification {
  return {
    title: person.displayName,
    options: {
      ...look,
      body: `${kind === "video" ? "Video call" : "Audio call"} from @${person.handle}`,
      tag: tagOf(callId),
      renotify: true,
      requireInteraction: true,
      vibrate: ringVibration,
      actions: [{ action: "accept", title: "Accept" }, decline],
      data: { callId, path: `/messages/@${person.handle}` },
    },
  };
}

const decline: NotificationButton = { action: "decline", title: "Decline" };

/**
 * A ring over a conversation: it makes no sound, as its page makes one soft tone only. Accepting it
 * would end something else, which only a page can say.
 */
export function waitingNotification(message: OfCall<"ring">): CallNotification {
  const { title, options } = quiet(message, message.with.displayName);
  const data = { ...options.data, callId: message.callId };
  return { title, options: { ...options, actions: [decline], data } };
}

const endings = {
  "answered-elsewhere": "Answered on another device",
  "declined-elsewhere": "Declined on another device",
  ended: "It rings no more",
};

function quiet(message: OfCall<"ring" | "missed" | "over">, title: string): CallNotification {
  const { callId, kind, with: person } = message;
  return {
    title,
    options: {
      ...look,
      body: `${kind === "video" ? "Video call" : "Audio call"} · @${person.handle}`,
      tag: tagOf(callId),
      silent: true,
      data: { callId: null, path: `/messages/@${person.handle}` },
    },
  };
}
