/**
 * What a page and its service worker have in common: how a call looks as a notification, and how
 * the tap on its *Accept* reaches a page. It needs no page, no protocol at run time and no zod, so
 * that the worker stays small.
 *
 * @module
 */
export { leaveAccept, type LeftAccept, takeAccepts } from "./left-accepts.ts";
export {
  type CallNotification,
  type NotificationSubject,
  notificationOf,
  notDeclined,
  tagOf,
  waitingNotification,
} from "./call-notification.ts";
export { readPush } from "./read-push.ts";
export { lookForAccepts } from "./look-for-accepts.ts";
