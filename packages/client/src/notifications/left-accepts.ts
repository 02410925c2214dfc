import type { CallId } from "@ringfence/protocol";
import { clientLimits } from "../limits.ts";

/**
 * The one way from a tap on a notification's *Accept* to a page: a value in this profile's own
 * database, which no other site can write, no address can hold and one page can take, once.
 */
export interface LeftAccept {
  callId: CallId;
  /** Unix time in milliseconds, on this device's clock: worth nothing from then on. */
  until: number;
}

const databaseName = "ringfence";
const storeName = "accepts";

/** For the worker, in `notificationclick`. */
export async function leaveAccept(
  databases: IDBFactory,
  callId: CallId,
  now: number,
): Promise<void> {
  const until = now + clientLimits.acceptByNotificationMs;
  await inStore(databases, (store) => store.put({ callId, until } satisfies LeftAccept));
}

/** For a page: all that was left, which nobody finds again. */
export async function takeAccepts(databases: IDBFactory, now: number): Promise<LeftAccept[]> {
  const left = await inStore<LeftAccept[]>(databases, (store) => {
    const reading = store.getAll();
    store.clear();
    return reading;
  });
  // A clock that was set back makes none last longer.
  const latest = now + clientLimits.acceptByNotificationMs;
  return left.filter(({ until }) => until > now && until <= latest);
}

async function inStore<Result>(
  databases: IDBFactory,
  act: (store: IDBObjectStore) => IDBRequest,
): Promise<Result> {
  const opening = databases.open(databaseName, 1);
  opening.addEventListener("upgradeneeded", () => {
    opening.result.createObjectStore(storeName, { keyPath: "callId" });
  });
  const database = await resultOf<IDBDatabase>(opening);
  try {
    const transaction = database.transaction(storeName, "readwrite");
    const request = act(transaction.objectStore(storeName));
    await new Promise<void>((resolve, reject) => {
      transaction.addEventListener("complete", () => resolve());
      transaction.addEventListener("abort", () => reject(transaction.error));
    });
    return request.result as Result;
  } finally {
    database.close();
  }
}

function resultOf<Result>(request: IDBRequest): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result as Result));
    request.addEventListener("error", () => reject(request.error));
  });
}
