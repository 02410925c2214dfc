import { describe, expect, test } from "vitest";
import { nothingReached, type RelayReach, watchRelayReach } from "./relay-reach.ts";

const urls = ["turn:r:1?transport=udp", "turn:r:1?transport=tcp", "turns:r:1?transport=tcp"];

/** What is said of the relay after these events of a connection. */
function reachAfter(...events: [type: string, fields: object][]): RelayReach {
  const state: Pick<RTCPeerConnection, "iceGatheringState"> = { iceGatheringState: "new" };
  const connection = Object.assign(new EventTarget(), state);
  let reach = nothingReached;
  watchRelayReach(connection, urls, (now) => (reach = now));
  for (const [type, fields] of events) {
    if ("state" in fields) Object.assign(connection, { iceGatheringState: fields.state });
    connection.dispatchEvent(Object.assign(new Event(type), fields));
  }
  return reach;
}

const found = (relayProtocol: string): [string, object] => [
  "icecandidate",
  { candidate: { type: "relay", relayProtocol } },
];
const gathering = (state: string): [string, object] => ["icegatheringstatechange", { state }];
const failed = (url: string): [string, object] => ["icecandidateerror", { url, errorCode: 701 }];

describe("what a browser says of the relay", () => {
  test("is nothing at first, and nothing of candidates that are not the relay's", () => {
    expect(reachAfter(["icecandidate", { candidate: { type: "host" } }])).toEqual({});
    expect(reachAfter(["icecandidate", { candidate: null }])).toEqual({});
  });

  test("is told apart by transport", () => {
    expect(reachAfter(failed("turn:r:1?transport=udp"), found("tcp"))).toEqual({
      udp: "failed",
      tcp: "reached",
      tls: "trying",
    });
  });

  test("is that it was reached, also where another network of this machine failed", () => {
    expect(reachAfter(found("udp"), failed(urls[0] ?? ""))).toMatchObject({ udp: "reached" });
    expect(reachAfter(failed(urls[2] ?? ""), found("tls"))).toMatchObject({ tls: "reached" });
  });

  test("is told by the address where the browser does not name the transport", () => {
    const candidate = { type: "relay", url: "turns:r:1?transport=tcp" };
    expect(reachAfter(["icecandidate", { candidate }])).toMatchObject({ tls: "reached" });
  });

  test("is that a way failed which was not found by the end of the gathering", () => {
    expect(reachAfter(gathering("gathering"))).toEqual({});
    expect(reachAfter(gathering("gathering"), found("tcp"), gathering("complete"))).toEqual({
      udp: "failed",
      tcp: "reached",
      tls: "failed",
    });
  });
});
