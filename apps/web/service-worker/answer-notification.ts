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
  if (action === "accept" && callId !== null) {
    // A browser that keeps nothing: the page rings, and is where it can be accepted.
    await leaveAccept(indexedDB, callId, Date.now()).catch(() => undefined);
  }
  await bringPageForward(path);
}

/** No page is opened: the login cookie says who declines, and the origin that it is our own worker. */
async function decline(subject: NotificationSubject & { callId: string }): Promise<void> {
  if (await isDeclined(subject.callId)) return;
  const { title, options } = notDeclined(subject);
  await self.registration.showNotification(title, options);
}

/** A refusal is an answer too: it says that it rings no more. Too many or a server at fault is none. */
async function isDeclined(callId: string): Promise<boolean> {
  try {
    const { status } = await fetch(`/api/calls/${callId}/decline`, {
      method: "POST",
      credentials: "same-origin",
      keepalive: true,
    });
    return status < 500 && status !== 429;
  } catch {
    return false;
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
