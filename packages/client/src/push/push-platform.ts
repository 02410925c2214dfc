import { type PushSubscription, PushSubscription as Subscription } from "@ringfence/protocol";
import {
  type CallNotification,
  type LeftAccept,
  lookForAccepts,
  takeAccepts,
} from "../notifications/index.ts";
import { trustWorker } from "./trusted-worker.ts";

/**
 * Why a browser cannot be rung with its page closed.
 * - `insecure`: the page came over plain HTTP.
 * - `home-screen`: iOS lets only apps on the home screen.
 * - `browser`: it has no push, or not in this kind of window.
 */
export type PushLack = "insecure" | "home-screen" | "browser";

/** What the browser has for ringing while nobody looks at the page. */
export interface PushPlatform {
  /** null: nothing is missing. Then, and only then, the rest does what it says. */
  readonly lack: PushLack | null;
  permission(): NotificationPermission;
  /** During a gesture of the person. */
  askPermission(): Promise<NotificationPermission>;
  /**
   * The subscription with this key of the server's, made where there is none or one of another key.
   *
   * @throws DOMException where the browser's push service gives none
   */
  subscribe(publicKey: string): Promise<PushSubscription>;
  unsubscribe(): Promise<void>;
  show(notification: CallNotification): Promise<void>;
  /** Takes a notification away, whoever showed it. */
  close(tag: string): Promise<void>;
  closeAll(): Promise<void>;
  /** What taps on *Accept* left for a page; each is found once. */
  takeAccepts(): Promise<LeftAccept[]>;
  /** The worker has brought this page to the front. */
  onLook(listener: () => void, signal: AbortSignal): void;
}

/** @param workerPath the service worker's script; null where there is none, as in development */
export function browserPush(workerPath: string | null): PushPlatform {
  const lack = lackOf(workerPath);
  // It serves the page offline also where nobody wants to be rung.
  if (workerPath !== null && "serviceWorker" in navigator) void register(workerPath);
  if (lack !== null) return lackingPush(lack);
  return {
    lack,
    permission: () => Notification.permission,
    askPermission: () => Notification.requestPermission(),
    async subscribe(publicKey) {
      const { pushManager } = await navigator.serviceWorker.ready;
      const standing = await pushManager.getSubscription();
      if (standing !== null && isOf(standing, publicKey)) return wordsOf(standing);
      await standing?.unsubscribe();
      const options = { userVisibleOnly: true, applicationServerKey: publicKey };
      return wordsOf(await pushManager.subscribe(options));
    },
    async unsubscribe() {
      const { pushManager } = await navigator.serviceWorker.ready;
      await (await pushManager.getSubscription())?.unsubscribe();
    },
    async show({ title, options }) {
      await (await navigator.serviceWorker.ready).showNotification(title, options);
    },
    async close(tag) {
      const shown = await (await navigator.serviceWorker.ready).getNotifications({ tag });
      for (const notification of shown) notification.close();
    },
    async closeAll() {
      const shown = await (await navigator.serviceWorker.ready).getNotifications();
      for (const notification of shown) notification.close();
    },
    takeAccepts: () => takeAccepts(indexedDB, Date.now()),
    onLook(listener, signal) {
      const { serviceWorker } = navigator;
      serviceWorker.addEventListener(
        "message",
        ({ data }) => {
          if (data === lookForAccepts) listener();
        },
        { signal },
      );
      serviceWorker.startMessages();
    },
  };
}

/** A platform that has none of it. */
function lackingPush(lack: PushLack): PushPlatform {
  return {
    lack,
    permission: () => "denied",
    askPermission: async () => "denied",
    subscribe: () => Promise.reject(new DOMException("There is no push.", "NotSupportedError")),
    async unsubscribe() {},
    async show() {},
    async close() {},
    async closeAll() {},
    takeAccepts: async () => [],
    onLook() {},
  };
}

function lackOf(workerPath: string | null): PushLack | null {
  if (!isSecureContext) return "insecure";
  // Safari's own word, and only on iOS.
  if ("standalone" in navigator && navigator.standalone === false) return "home-screen";
  const has = ["PushManager", "Notification"].every((name) => name in globalThis);
  return has && "serviceWorker" in navigator && workerPath !== null ? null : "browser";
}

async function register(workerPath: string): Promise<void> {
  try {
    const script = trustWorker(workerPath);
    await navigator.serviceWorker.register(script, { updateViaCache: "none" });
  } catch (error) {
    // A browser that is told to keep nothing. The page works without.
    console.warn("The service worker could not be registered.", error);
  }
}

function isOf({ options }: globalThis.PushSubscription, publicKey: string): boolean {
  const key = options.applicationServerKey;
  return key !== null && toBase64Url(new Uint8Array(key)) === publicKey;
}

function wordsOf(subscription: globalThis.PushSubscription): PushSubscription {
  return Subscription.parse(subscription.toJSON());
}

function toBase64Url(bytes: Uint8Array): string {
  const text = btoa(String.fromCodePoint(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
