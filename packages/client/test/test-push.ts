import type { PushSubscription } from "@ringfence/protocol";
import type { CallNotification, LeftAccept } from "../src/notifications/index.ts";
import type { PushLack, PushPlatform } from "../src/push/push-platform.ts";

export const subscription: PushSubscription = {
  endpoint: "https://push.example/of-alice",
  keys: { p256dh: "B".repeat(87), auth: "A".repeat(22) },
};

/** A browser whose person and push service do as the test says. */
export class TestPush implements PushPlatform {
  lack: PushLack | null = null;
  granted: NotificationPermission = "default";
  /** What the person says when asked. */
  willing: NotificationPermission = "granted";
  asked = 0;
  /** null: its push service gives no address. */
  subscription: PushSubscription | null = subscription;
  keys: string[] = [];
  isSubscribed = false;
  /** By tag. */
  readonly shown = new Map<string, CallNotification>();
  left: LeftAccept[] = [];
  readonly #events = new EventTarget();

  permission(): NotificationPermission {
    return this.granted;
  }

  async askPermission(): Promise<NotificationPermission> {
    this.asked++;
    if (this.granted === "default") this.granted = this.willing;
    return this.granted;
  }

  async subscribe(publicKey: string): Promise<PushSubscription> {
    this.keys.push(publicKey);
    if (this.subscription === null) throw new DOMException("no service", "AbortError");
    this.isSubscribed = true;
    return this.subscription;
  }

  async unsubscribe(): Promise<void> {
    this.isSubscribed = false;
  }

  async show(notification: CallNotification): Promise<void> {
    this.shown.set(notification.options.tag, notification);
  }

  async close(tag: string): Promise<void> {
    this.shown.delete(tag);
  }

  async closeAll(): Promise<void> {
    this.shown.clear();
  }

  async takeAccepts(): Promise<LeftAccept[]> {
    const { left } = this;
    this.left = [];
    return left;
  }

  onLook(listener: () => void, signal: AbortSignal): void {
    this.#events.addEventListener("look", listener, { signal });
  }

  look(): void {
    this.#events.dispatchEvent(new Event("look"));
  }
}
