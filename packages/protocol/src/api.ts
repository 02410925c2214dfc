import { z } from "zod";
import { Device, Me, SignIn, SignUp } from "./account.ts";
import { callRightsApi } from "./call-rights-api.ts";
import { CallSettings, CallSettingsChange } from "./call-settings.ts";
import { ConversationView, Entry, MessageEntry, NewMessage } from "./conversation.ts";
import { deviceChainApi } from "./device-chain-api.ts";
import { type Endpoint, byHandle } from "./endpoint.ts";
import { Handle } from "./handle.ts";
import { CallId, DeviceId } from "./id.ts";
import { invitationApi } from "./invitation-api.ts";
import { limits } from "./limits.ts";
import { LoopCall } from "./loop-call.ts";
import { PersonView } from "./person-view.ts";
import { Person } from "./person.ts";
import { pushApi } from "./push-api.ts";
import { recordsApi } from "./records-api.ts";
import { RecoveryCode } from "./recovery-code.ts";
import { waysInApi } from "./ways-in-api.ts";

const nothingYet = z.object({});
/** Pages go backwards: the entries or rows before this id or handle. */
const pageOfThread = z.object({ before: z.string().max(26).optional() });

/**
 * The HTTP API: one table that the server routes by, the client calls by and the OpenAPI document
 * is made from. Errors are `ErrorBody` with a 4xx or 5xx status.
 */
export const api = {
  ...callRightsApi,
  ...invitationApi,
  ...pushApi,
  ...recordsApi,
  ...deviceChainApi,
  ...waysInApi,
  getServer: {
    method: "GET",
    path: "/api/server",
    summary: "What a page must know before anybody is signed in: who may sign up.",
    login: "none",
    response: z.object({ signUp: z.enum(["open", "invite", "closed"]) }),
  },
  createAccount: {
    method: "POST",
    path: "/api/accounts",
    summary: "Create an account and sign this device in. Its recovery code is told this once.",
    login: "none",
    body: SignUp,
    response: z.object({ me: Me, recoveryCode: RecoveryCode }),
  },
  getMe: {
    method: "GET",
    path: "/api/me",
    summary: "The signed-in account.",
    login: "required",
    response: Me,
  },
  signIn: {
    method: "POST",
    path: "/api/login",
    summary: "Sign this device in with handle and password.",
    login: "none",
    body: SignIn,
    response: Me,
  },
  signInByLink: {
    method: "POST",
    path: "/api/login/link",
    summary: "Sign this device in with a single-use link.",
    login: "none",
    body: z.object({ token: z.string().min(1).max(100) }),
    response: z.object({ me: Me, goTo: z.string().startsWith("/") }),
  },
  signOut: {
    method: "DELETE",
    path: "/api/login",
    summary: "Sign this device out.",
    login: "required",
  },
  listDevices: {
    method: "GET",
    path: "/api/devices",
    summary: "The devices that are signed in to this account.",
    login: "required",
    response: z.object({ devices: z.array(Device) }),
  },
  signOutDevice: {
    method: "DELETE",
    path: "/api/devices/:deviceId",
    summary: "Sign one device of this account out.",
    login: "required",
    params: z.object({ deviceId: DeviceId }),
  },
  findPeople: {
    method: "GET",
    path: "/api/people",
    summary:
      "People whose handle begins with the text, or, without a text, those this account follows.",
    login: "required",
    query: z.object({
      startsWith: z.string().trim().toLowerCase().max(limits.searchCharactersMax).default(""),
      after: Handle.optional(),
    }),
    response: z.object({ people: z.array(PersonView), next: Handle.nullable() }),
  },
  getPerson: {
    method: "GET",
    path: "/api/people/:handle",
    summary: "One person, as this account sees them.",
    login: "required",
    params: byHandle,
    response: PersonView,
  },
  follow: {
    method: "PUT",
    path: "/api/people/:handle/follow",
    summary: "Follow a person.",
    login: "required",
    params: byHandle,
    response: PersonView,
  },
  unfollow: {
    method: "DELETE",
    path: "/api/people/:handle/follow",
    summary: "Stop following a person and, where the query says so, end their grant too.",
    login: "required",
    params: byHandle,
    query: z.object({ endGrant: z.enum(["yes", "no"]).default("no") }),
    response: PersonView,
  },
  block: {
    method: "PUT",
    path: "/api/people/:handle/block",
    summary: "Block a person: ends both follows, a ring and a call between the two.",
    login: "required",
    params: byHandle,
    response: PersonView,
  },
  unblock: {
    method: "DELETE",
    path: "/api/people/:handle/block",
    summary: "Unblock a person. Restores nothing.",
    login: "required",
    params: byHandle,
    response: PersonView,
  },
  sayNever: {
    method: "PUT",
    path: "/api/people/:handle/never",
    summary: "Never let this person ring, whatever else is allowed. They are not told.",
    login: "required",
    params: byHandle,
    response: PersonView,
  },
  takeBackNever: {
    method: "DELETE",
    path: "/api/people/:handle/never",
    summary: "Take a never back: the other rules decide again.",
    login: "required",
    params: byHandle,
    response: PersonView,
  },
  listBlocked: {
    method: "GET",
    path: "/api/blocked",
    summary: "The people whom this account blocked.",
    login: "required",
    response: z.object({ people: z.array(Person) }),
  },
  listConversations: {
    method: "GET",
    path: "/api/conversations",
    summary: "Conversations of one list, newest first.",
    login: "required",
    query: pageOfThread.extend({ place: z.enum(["inbox", "requests"]) }),
    response: z.object({
      conversations: z.array(ConversationView),
      /** Pass as `before` for the next page; null at the end. */
      next: z.string().nullable(),
    }),
  },
  getConversation: {
    method: "GET",
    path: "/api/conversations/:handle",
    summary: "The conversation with a person. One that nobody began yet is empty.",
    login: "required",
    params: byHandle,
    response: ConversationView,
  },
  listEntries: {
    method: "GET",
    path: "/api/conversations/:handle/entries",
    summary: "A page of the thread: the latest entries, or those before one, oldest first.",
    login: "required",
    params: byHandle,
    query: pageOfThread,
    response: z.object({ entries: z.array(Entry), hasEarlier: z.boolean() }),
  },
  sendMessage: {
    method: "POST",
    path: "/api/conversations/:handle/messages",
    summary: "Write a message. Sending the same clientMessageId again adds nothing.",
    login: "required",
    params: byHandle,
    body: NewMessage,
    response: MessageEntry,
  },
  acceptRequest: {
    method: "POST",
    path: "/api/conversations/:handle/accept",
    summary: "Accept a message request.",
    login: "required",
    params: byHandle,
    body: nothingYet,
    response: ConversationView,
  },
  declineRequest: {
    method: "POST",
    path: "/api/conversations/:handle/decline",
    summary: "Decline a message request. Its sender is told nothing.",
    login: "required",
    params: byHandle,
    body: nothingYet,
    response: ConversationView,
  },
  markRead: {
    method: "PUT",
    path: "/api/conversations/:handle/read",
    summary: "Everything up to this entry was seen.",
    login: "required",
    params: byHandle,
    body: z.object({ upTo: z.string().length(26) }),
  },
  getCallSettings: {
    method: "GET",
    path: "/api/settings/calls",
    summary: "Who may ring this account, and how.",
    login: "required",
    response: CallSettings,
  },
  changeCallSettings: {
    method: "PATCH",
    path: "/api/settings/calls",
    summary: "Change who may ring this account. Takes effect at once, also on a running ring.",
    login: "required",
    body: CallSettingsChange,
    response: CallSettings,
  },
  bye: {
    method: "POST",
    path: "/api/calls/:callId/bye",
    summary: "`page-left` from a page that is closing or reloading (sendBeacon).",
    login: "required",
    params: z.object({ callId: CallId }),
  },
  beginLoopCall: {
    method: "POST",
    path: "/api/loop-call",
    summary: "Begin a call of this device with itself through the relay; the one before ends.",
    login: "required",
    body: nothingYet,
    response: LoopCall,
  },
  endLoopCall: {
    method: "DELETE",
    path: "/api/loop-call",
    summary: "End it. It ends by itself otherwise.",
    login: "required",
  },
} as const satisfies Record<string, Endpoint>;
