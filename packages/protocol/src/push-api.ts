import { z } from "zod";
import type { Endpoint } from "./endpoint.ts";
import { CallId } from "./id.ts";
import { PushSubscription } from "./push.ts";

/** Ringing with the page closed, and what its notification can answer. */
export const pushApi = {
  getPushKey: {
    method: "GET",
    path: "/api/push/key",
    summary: "The key that this server's pushes are signed with (RFC 8292), for subscribing.",
    login: "required",
    response: z.object({ publicKey: z.string() }),
  },
  putPushSubscription: {
    method: "PUT",
    path: "/api/push/subscription",
    summary: "Reach this device by push from now on, in place of what it was reached by before.",
    login: "required",
    body: PushSubscription,
  },
  deletePushSubscription: {
    method: "DELETE",
    path: "/api/push/subscription",
    summary: "Reach this device by push no more.",
    login: "required",
  },
  testPush: {
    method: "POST",
    path: "/api/push/test",
    summary:
      "Push a trial notification to this device. The push service has taken it, or an error.",
    login: "required",
    body: z.object({}),
  },
  declineCall: {
    method: "POST",
    path: "/api/calls/:callId/decline",
    summary: "Decline a ring from its notification, without a page.",
    login: "required",
    params: z.object({ callId: CallId }),
  },
} as const satisfies Record<string, Endpoint>;
