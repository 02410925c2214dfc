import type { CDPSession, Worker } from "@playwright/test";
import type { PersonAtDevice } from "./people.ts";

/** The service worker of a device, as the browser's own tools drive it. */
export interface DrivenWorker {
  /** Has the browser deliver a push, as its push service would. */
  push: (text: string) => Promise<void>;
  /** What is shown: titles, and whether each makes no sound. */
  shown: () => Promise<{ title: string; silent: boolean; actions: string[] }[]>;
  /** Runs the worker's own handler of a tap on the notification that is shown. */
  tap: (action: "accept" | "decline" | "") => Promise<void>;
}

/** Needs a page of the server that is open, and lets the browser show notifications. */
export async function workerOf(device: PersonAtDevice): Promise<DrivenWorker> {
  const { context, page, origin } = device;
  await context.grantPermissions(["camera", "microphone", "notifications"], { origin });
  const cdp = await context.newCDPSession(page);
  const registrationId = await registrationOf(cdp, origin);
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  const inWorker = <Result>(script: (argument: string) => Promise<Result>, argument = "") =>
    running(device).then((worker) => worker.evaluate(script, argument));
  return {
    async push(data) {
      await cdp.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data });
    },
    shown: () =>
      inWorker(async () => {
        const { registration } = self as unknown as ServiceWorkerGlobalScope;
        return (await registration.getNotifications()).map((notification) => ({
          title: notification.title,
          silent: notification.silent === true,
          actions: notification.actions.map(({ action }) => action),
        }));
      }),
    tap: (action) =>
      inWorker(async (tapped) => {
        const scope = self as unknown as ServiceWorkerGlobalScope;
        const [notification] = await scope.registration.getNotifications();
        if (notification === undefined) throw new Error("nothing is shown");
        // An event that a script makes cannot be waited for, which the handler is told by an error
        // after it has begun.
        scope.addEventListener("error", (event) => event.preventDefault(), { once: true });
        scope.dispatchEvent(
          new NotificationEvent("notificationclick", { notification, action: tapped }),
        );
      }, action),
  };
}

/** The parts of a worker's scope that the tests use: their own types are a page's. */
interface ServiceWorkerGlobalScope extends EventTarget {
  registration: {
    getNotifications(): Promise<(Notification & { actions: { action: string }[] })[]>;
  };
}
declare class NotificationEvent extends Event {
  constructor(type: string, init: { notification: Notification; action: string });
}

async function registrationOf(cdp: CDPSession, origin: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  cdp.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
    const ours = registrations.find(({ scopeURL }) => scopeURL === `${origin}/`);
    if (ours !== undefined) resolve(ours.registrationId);
  });
  await cdp.send("ServiceWorker.enable");
  return promise;
}

async function running({ context, origin }: PersonAtDevice): Promise<Worker> {
  const ours = context.serviceWorkers().find((worker) => worker.url().startsWith(origin));
  return ours ?? context.waitForEvent("serviceworker");
}
