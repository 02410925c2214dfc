import type { SignedDescription } from "@ringfence/protocol";
import type { Page } from "@playwright/test";
import type { PersonAtDevice } from "./people.ts";
import { expect } from "./test.ts";
import { mediaUseOf } from "./watch-calls.ts";

/** Lines of a description that nobody but the one who made it could write. */
const ownLine = /^(o=|a=(fingerprint|candidate|msid|ssrc|end-of-candidates)\b)/;

/** What a page's connections have to do with anybody else. */
interface Contact {
  /** Hosts of `iceServers`. */
  servers: string[];
  states: string[];
  remoteCandidates: number;
  /** Of media or checks, by any pair of candidates. */
  packets: number;
}

/**
 * The page of somebody who has not accepted has opened no device, has given its browser nothing that
 * this caller wrote but the two fields of ICE, and exchanged no packet with anybody but the server.
 *
 * @param offers the descriptions that the caller has sent, or that a test says in their name
 */
export async function expectUntouched(
  { page, origin }: PersonAtDevice,
  offers: readonly string[],
): Promise<void> {
  const { microphoneOrCameraOpened, remoteDescriptions, remoteCandidatesAdded } =
    await mediaUseOf(page);
  expect(microphoneOrCameraOpened).toBe(0);
  expect(remoteCandidatesAdded).toBe(0);
  const theirs = ownLinesOf(offers);
  expect(remoteDescriptions.filter((it) => theirs.some((line) => it.includes(line)))).toEqual([]);
  const { servers, states, remoteCandidates, packets } = await contactOf(page);
  const { hostname } = new URL(origin);
  // By its number where it has the name of this machine (relay-urls.ts).
  const relayHost = hostname === "localhost" ? "127.0.0.1" : hostname;
  expect(servers.filter((host) => host !== relayHost)).toEqual([]);
  // What was prepared for a ring is closed with it.
  expect(states.filter((state) => state !== "new" && state !== "closed")).toEqual([]);
  expect({ remoteCandidates, packets }).toEqual({ remoteCandidates: 0, packets: 0 });
}

/** The server has told this device nothing that the caller wrote, but what it is to keep unread. */
export function expectUnheard({ frames }: PersonAtDevice, offers: readonly string[]): void {
  const theirs = ownLinesOf(offers);
  const heard = frames.filter((frame) => theirs.some((line) => frame.includes(line)));
  expect(heard.filter((frame) => !frame.includes('"message":{"type":"prepare"'))).toEqual([]);
}

/** The descriptions that a device has sent. */
export function offersOf({ frames }: PersonAtDevice): string[] {
  return frames
    .filter((frame) => frame.startsWith('{"type":"offer"'))
    .map((frame) => (JSON.parse(frame) as { signed: SignedDescription }).signed.description);
}

function ownLinesOf(offers: readonly string[]): string[] {
  const lines = offers.flatMap((offer) => offer.split("\r\n").filter((line) => ownLine.test(line)));
  // An empty list would be found nowhere.
  expect(lines).not.toEqual([]);
  return lines;
}

function contactOf(page: Page): Promise<Contact> {
  return page.evaluate(async () => {
    const { connections } = window.ringfenceTest;
    const reports = await Promise.all(connections.map((one) => one.getStats()));
    const stats = reports.flatMap((report) => [...report.values()] as Record<string, unknown>[]);
    const sum = (field: string) => stats.reduce((total, one) => total + Number(one[field] ?? 0), 0);
    const urls = connections.flatMap((one) =>
      (one.getConfiguration().iceServers ?? []).flatMap(({ urls: list }) => list),
    );
    return {
      servers: urls.map((url) => url.replace(/^turns?:/, "").replace(/:\d+(\?.*)?$/, "")),
      states: connections.flatMap((one) => [one.iceConnectionState, one.connectionState]),
      remoteCandidates: stats.filter((one) => one["type"] === "remote-candidate").length,
      packets: sum("packetsSent") + sum("packetsReceived") + sum("requestsSent"),
    };
  });
}
