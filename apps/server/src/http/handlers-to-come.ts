import { RefusedError } from "../errors.ts";
import type { Handlers } from "./api-handler.ts";

type ToCome = "listWhoMayRing" | "previewCallSettings";

async function isToCome(): Promise<never> {
  throw new RefusedError("unavailable", "This server cannot do that yet.");
}

/** What the API's table has already and the server has not. */
export const handlersToCome: Pick<Handlers, ToCome> = {
  listWhoMayRing: isToCome,
  previewCallSettings: isToCome,
};
