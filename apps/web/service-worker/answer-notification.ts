import {
  type NotificationSubject,
  leaveAccept,
  lookForAccepts,
  notDeclined,
} from "@ringfence/client/notifications";

declare const self: ServiceWorkerGlobalScope;

/** A tap on a notification, or on one of its buttons. */
export async function answerNotification(
  action: string,
  subject: NotificationSubject,
): Promise<void> {
  const { callId, path } = subject;
  if (action === "decline" && callId !== null) {
    await decline({ ...subject, callId });
    return;
  }
  if (action === "accept" && callId !== null) await leaveAccept(indexedDB, callId, Date.now());
  await bringPageForward(path);
}

/** No page is opened: the login cookie says who declines, and the origin that it is our own worker. */
async function decline(subject: NotificationSubject & { callId: string }): Promise<void> {
  try {
    // Any answer is one: a refusal says that it rings no more.
    await fetch(`/api/calls/${subject.callId}/decline`, {
      method: "POST",
      credentials: "same-origin",
      keepalive: true,
    });
  } catch {
    const { title, options } = notDeclined(subject);
    await self.registration.showNotification(title, options);
  }
}

/** The page that is open, as it is: it may be in a call. Otherwise a new one. */
async function bringPageForward(path: string): Promise<void> {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page =
    windows.find(({ focused }) => focused) ??
    windows.find(({ visibilityState }) => visibilityState === "visible") ??
    windows[0];
  if (page === undefined) {
    await self.clients.openWindow(path);
    return;
  }
  // A browser may refuse to move its window; the page rings all the same.
  await page.focus().catch(() => page);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a client of a worker is of its origin, and this method takes none
  page.postMessage(lookForAccepts);
}
