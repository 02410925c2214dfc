import { z } from "zod";
import { AddressException } from "./address-exception.ts";
import { AskAnswer, NewAsk, ReceivedAsk } from "./ask.ts";
import {
  AddressBookImport,
  AddressBookImported,
  MayRing,
  NewReport,
  PersonWithGrant,
  RefusedAttempt,
  SettingsPreview,
} from "./call-rights.ts";
import { CallSettingsChange } from "./call-settings.ts";
import { type Endpoint, byHandle, nextPerson, pageOfPeople } from "./endpoint.ts";
import { GrantChange, NewGrant } from "./grant.ts";
import { AskId } from "./id.ts";
import { limits } from "./limits.ts";
import { PersonView } from "./person-view.ts";
import { Person } from "./person.ts";

/** The part of the API that is about who may ring whom, person by person. */
export const callRightsApi = {
  askToCall: {
    method: "POST",
    path: "/api/people/:handle/ask",
    summary: "Ask a person to be allowed to call. They see a quiet card, no ring.",
    login: "required",
    params: byHandle,
    body: NewAsk,
    response: PersonView,
  },
  withdrawAsk: {
    method: "DELETE",
    path: "/api/people/:handle/ask",
    summary: "Withdraw an ask. It still counts.",
    login: "required",
    params: byHandle,
    response: PersonView,
  },
  answerAsk: {
    method: "POST",
    path: "/api/people/:handle/ask/answer",
    summary: "Answer a person's ask. They are told of a grant, and of nothing else.",
    login: "required",
    params: byHandle,
    body: z.object({ answer: AskAnswer }),
    response: PersonView,
  },
  listAsks: {
    method: "GET",
    path: "/api/asks",
    summary: "The asks that wait for this account's answer, newest first.",
    login: "required",
    query: z.object({ before: AskId.optional() }),
    response: z.object({ asks: z.array(ReceivedAsk), next: AskId.nullable() }),
  },
  listGrants: {
    method: "GET",
    path: "/api/grants",
    summary: "The people to whom this account gave a right to ring, by handle.",
    login: "required",
    query: pageOfPeople,
    response: z.object({ grants: z.array(PersonWithGrant), ...nextPerson }),
  },
  giveGrant: {
    method: "PUT",
    path: "/api/people/:handle/grant",
    summary: "Give a person the right to ring, in the place of one that they have.",
    login: "required",
    params: byHandle,
    body: NewGrant,
    response: PersonView,
  },
  changeGrant: {
    method: "PATCH",
    path: "/api/people/:handle/grant",
    summary: "Let a person's right ring aloud in quiet hours, or not.",
    login: "required",
    params: byHandle,
    body: GrantChange,
    response: PersonView,
  },
  endGrant: {
    method: "DELETE",
    path: "/api/people/:handle/grant",
    summary: "End a person's right to ring. They see that it is gone.",
    login: "required",
    params: byHandle,
    response: PersonView,
  },
  revokeCallBack: {
    method: "DELETE",
    path: "/api/people/:handle/call-back",
    summary: "Take back the right to ring back that ringing or asking gave this person.",
    login: "required",
    params: byHandle,
    response: PersonView,
  },
  listAddressBook: {
    method: "GET",
    path: "/api/address-book",
    summary: "The people in this account's address book, by handle. Nobody else can read it.",
    login: "required",
    query: pageOfPeople,
    response: z.object({ people: z.array(Person), ...nextPerson }),
  },
  addToAddressBook: {
    method: "PUT",
    path: "/api/people/:handle/address-book",
    summary: "Put a person into the address book. They are not told.",
    login: "required",
    params: byHandle,
    response: PersonView,
  },
  removeFromAddressBook: {
    method: "DELETE",
    path: "/api/people/:handle/address-book",
    summary: "Take a person out of the address book.",
    login: "required",
    params: byHandle,
    response: PersonView,
  },
  importAddressBook: {
    method: "POST",
    path: "/api/address-book/import",
    summary: "Put many people into the address book by their handles; says which are not here.",
    login: "required",
    body: AddressBookImport,
    response: AddressBookImported,
  },
  listNevers: {
    method: "GET",
    path: "/api/nevers",
    summary: "The people of whom this account said never, by handle.",
    login: "required",
    query: pageOfPeople,
    response: z.object({ people: z.array(Person), ...nextPerson }),
  },
  listWhoMayRing: {
    method: "GET",
    path: "/api/who-may-ring",
    summary: "Who can ring this account right now, each with the reason, by handle.",
    login: "required",
    query: pageOfPeople,
    response: z.object({
      people: z.array(MayRing),
      ...nextPerson,
      /** On the first page, of all pages: `mayRingCountMax` for that many and more. */
      count: z.number().int().max(limits.mayRingCountMax).nullable(),
    }),
  },
  previewCallSettings: {
    method: "POST",
    path: "/api/settings/calls/preview",
    summary: "Who would gain and who would lose the right to ring by a change. Changes nothing.",
    login: "required",
    body: CallSettingsChange,
    response: SettingsPreview,
  },
  listAttempts: {
    method: "GET",
    path: "/api/attempts",
    summary: "Who tried to ring this account and was not allowed to, the latest first.",
    login: "required",
    query: z.object({ before: z.string().max(40).optional() }),
    response: z.object({
      attempts: z.array(RefusedAttempt),
      /** Pass as `before` for the next page; null at the end. */
      next: z.string().nullable(),
    }),
  },
  clearAttempts: {
    method: "DELETE",
    path: "/api/attempts",
    summary: "Forget the attempts.",
    login: "required",
  },
  report: {
    method: "POST",
    path: "/api/reports",
    summary: "Tell whoever runs this server about a person.",
    login: "required",
    body: NewReport,
  },
  listAddressExceptions: {
    method: "GET",
    path: "/api/address-exceptions",
    summary: "The people for whom something else holds than *Hide my address*, by handle.",
    login: "required",
    query: pageOfPeople,
    response: z.object({
      exceptions: z.array(z.object({ person: Person, exception: AddressException })),
      ...nextPerson,
    }),
  },
  setAddressException: {
    method: "PUT",
    path: "/api/people/:handle/address-exception",
    summary: "Hide or show the address in calls with this person, whatever the switch says.",
    login: "required",
    params: byHandle,
    body: z.object({ exception: AddressException }),
    response: PersonView,
  },
  clearAddressException: {
    method: "DELETE",
    path: "/api/people/:handle/address-exception",
    summary: "Let the switch decide for this person again.",
    login: "required",
    params: byHandle,
    response: PersonView,
  },
} as const satisfies Record<string, Endpoint>;
