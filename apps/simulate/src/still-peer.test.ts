import { checkDescription, iceParametersOf } from "@ringfence/protocol";
import { expect, test } from "vitest";
import { StillPeer } from "./still-peer.ts";

const noEvents = {
  onCandidate() {},
  onRemoteTracks() {},
  onPath() {},
  onRelayReach() {},
  onPeerMessage() {},
  onWrongCertificate() {},
  onUnsafe() {},
};

test("a connection that is not there describes itself as a browser may, and as long", async () => {
  const peer = new StillPeer(noEvents);
  for (const sdp of [await peer.makeOffer(), await peer.makeAnswer()]) {
    expect(checkDescription(sdp)).toEqual({ allowed: true });
    expect(iceParametersOf(sdp)).not.toBeNull();
    expect(sdp.length).toBeGreaterThan(1_800);
  }
  peer.close();
});

async function linesOf(peer: StillPeer) {
  const sdp = await peer.makeOffer();
  return [/a=fingerprint:.*/.exec(sdp)?.[0], iceParametersOf(sdp)?.ufrag];
}

test("no two have the same certificate or place", async () => {
  const [one, other] = [new StillPeer(noEvents), new StillPeer(noEvents)];
  expect(await linesOf(one)).not.toEqual(await linesOf(other));
});
