import { RefusedError } from "../errors.ts";
import type { Handlers } from "./api-handler.ts";

type ToCome =
  | "askToCall"
  | "withdrawAsk"
  | "answerAsk"
  | "listAsks"
  | "listGrants"
  | "giveGrant"
  | "changeGrant"
  | "endGrant"
  | "revokeCallBack"
  | "listAddressBook"
  | "addToAddressBook"
  | "removeFromAddressBook"
  | "importAddressBook"
  | "listNevers"
  | "listWhoMayRing"
  | "previewCallSettings"
  | "listAttempts"
  | "clearAttempts"
  | "report"
  | "listAddressExceptions"
  | "setAddressException"
  | "clearAddressException";

async function isToCome(): Promise<never> {
  throw new RefusedError("unavailable", "This server cannot do that yet.");
}

/** What the API's table has already and the server has not. */
export const handlersToCome: Pick<Handlers, ToCome> = {
  askToCall: isToCome,
  withdrawAsk: isToCome,
  answerAsk: isToCome,
  listAsks: isToCome,
  listGrants: isToCome,
  giveGrant: isToCome,
  changeGrant: isToCome,
  endGrant: isToCome,
  revokeCallBack: isToCome,
  listAddressBook: isToCome,
  addToAddressBook: isToCome,
  removeFromAddressBook: isToCome,
  importAddressBook: isToCome,
  listNevers: isToCome,
  listWhoMayRing: isToCome,
  previewCallSettings: isToCome,
  listAttempts: isToCome,
  clearAttempts: isToCome,
  report: isToCome,
  listAddressExceptions: isToCome,
  setAddressException: isToCome,
  clearAddressException: isToCome,
};
