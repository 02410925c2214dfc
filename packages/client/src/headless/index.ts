/**
 * The client where there is no browser, such as in the people that `ringfence simulate` makes up. It is
 * the same client: what is missing is a screen, a microphone, and a disk. Whoever runs it brings the
 * network and the connections of calls. Start at `headless-environment.ts`.
 *
 * @module
 */
export { type ConnectionSample, readConnectionSample } from "../media/connection-sample.ts";
export { hideAddresses, hideRelated } from "../media/hide-addresses.ts";
export type { OpenPeer, Peer, PeerCall, PeerEvents } from "../media/peer.ts";
export { type Measurement, nothingMeasured } from "../media/quality.ts";
export { headlessEnvironment, type HeadlessParts } from "./headless-environment.ts";
