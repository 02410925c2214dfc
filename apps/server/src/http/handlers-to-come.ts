import { RefusedError } from "../errors.ts";
import type { Handlers } from "./api-handler.ts";

type ToCome =
  | "listAddressBook"
  | "addToAddressBook"
  | "removeFromAddressBook"
  | "importAddressBook"
  | "listNevers"
  | "listWhoMayRing"
  | "previewCallSettings"
  | "listAddressExceptions"
  | "setAddressException"
  | "clearAddressException";

async function isToCome(): Promise<never> {
  throw new RefusedError("unavailable", "This server cannot do that yet.");
}

/** What the API's table has already and the server has not. */
export const handlersToCome: Pick<Handlers, ToCome> = {
  listAddressBook: isToCome,
  addToAddressBook: isToCome,
  removeFromAddressBook: isToCome,
  importAddressBook: isToCome,
  listNevers: isToCome,
  listWhoMayRing: isToCome,
  previewCallSettings: isToCome,
  listAddressExceptions: isToCome,
  setAddressException: isToCome,
  clearAddressException: isToCome,
};
