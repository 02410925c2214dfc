import type { CurrentCall } from "@ringfence/client";
import type { CallRoute } from "@ringfence/protocol";

/** What each side learns of the other's address in a call, and what the media goes by. */
export function routeWords(
  route: CallRoute,
  { phase, path, with: { handle } }: Pick<CurrentCall, "phase" | "path" | "with">,
): string {
  if (route === "relayed") return "Addresses hidden from each other: relayed";
  if (phase === "inviting" || phase === "ringing") {
    return `Direct, if @${handle} answers: you will then see each other's internet address`;
  }
  switch (path) {
    case "direct":
      return "Direct: you see each other's internet address";
    case "relayed":
      return "Relayed, as no direct way was found. You may still see each other's internet address";
    case null:
      return "Direct: you may see each other's internet address";
  }
}
