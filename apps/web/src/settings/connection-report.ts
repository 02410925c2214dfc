import { type ConnectionTestSnapshot, transports } from "@ringfence/client";
import type { BrowserKind } from "../call/browser-kind.ts";
import {
  liveWords,
  pathWords,
  serverWords,
  transportNames,
  verdictOf,
} from "./connection-words.ts";

/**
 * The results of a test for whoever runs the server. It holds no address and no name: neither of
 * the person, nor of their network.
 *
 * @param at Unix time in milliseconds
 */
export function connectionReport(
  tested: Omit<ConnectionTestSnapshot, "state">,
  { make, system }: BrowserKind,
  at: number,
): string {
  const { what, next } = verdictOf(tested);
  const rows = [
    ["The server", serverWords(tested.server)],
    ["The live connection", liveWords(tested.live)],
    ...transports.map((transport) => [
      transportNames[transport],
      pathWords(tested.paths[transport]),
    ]),
  ];
  return [
    `Ringfence connection test, ${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`,
    next === null ? what : `${what} ${next}`,
    ...rows.map(([name, words]) => `- ${name}: ${words}`),
    `- Browser: ${make} on ${system}`,
    "",
  ].join("\n");
}
