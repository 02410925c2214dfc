import {
  type NotificationSubject,
  notificationOf,
  readPush,
} from "@ringfence/client/notifications";
import { answerNotification } from "./answer-notification.ts";
import { answerInstead, dropOldShells, keepShell } from "./offline-shell.ts";

/**
 * The service worker: shows what is pushed while no page is open, and the page while no server is
 * reached. A new version takes over as soon as it is there. That breaks no call: media and the
 * WebSocket do not pass here, and what an open page may still load is kept.
 */
declare const self: ServiceWorkerGlobalScope;

self.addEventListener("install", (event) => {
  event.waitUntil(keepShell().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOldShells());
});

self.addEventListener("fetch", (event) => {
  const answer = answerInstead(event.request);
  if (answer !== null) event.respondWith(answer);
});

self.addEventListener("push", (event) => {
  const { title, options } = notificationOf(readPush(event.data?.text() ?? ""));
  event.waitUntil(self.registration.showNotification(title, options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const subject = event.notification.data as NotificationSubject;
  event.waitUntil(answerNotification(event.action, subject));
});

// The browser's service has given this profile another address: the server is told.
self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil(subscribeAnew());
});

async function subscribeAnew(): Promise<void> {
  const answer = await fetch("/api/push/key", { credentials: "same-origin" });
  if (!answer.ok) return;
  const { publicKey } = (await answer.json()) as { publicKey: string };
  const subscription = await self.registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: publicKey,
  });
  await fetch("/api/push/subscription", {
    method: "PUT",
    credentials: "same-origin",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(subscription),
  });
}
