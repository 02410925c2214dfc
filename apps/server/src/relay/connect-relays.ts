import { type LiveCall, RelayControl } from "@ringfence/relay";
import { callsForRelay } from "../calls/call-store.ts";
import type { Config } from "../config.ts";
import type { Logger } from "../logger.ts";
import { databaseId } from "../store/database-id.ts";
import type { Store } from "../store/store.ts";
import { liveCallOf } from "./relay-control-endpoint.ts";
import { Relays } from "./relays.ts";

export interface ConnectRelaysParts {
  config: Config & { readonly relaySecret: string };
  store: Store;
  /** Those of this node that are in no database. */
  loopCallsAt: (relayId: string) => readonly LiveCall[];
  /** A relay came, went, or began to drain. */
  onChange: () => void;
  logger: Logger;
}

/** What relays connect to, and what is known of them. */
export interface RelaysOfNode {
  relayControl: RelayControl;
  relays: Relays;
}

export async function connectRelays(parts: ConnectRelaysParts): Promise<RelaysOfNode> {
  const { config, store, loopCallsAt, onChange, logger } = parts;
  const isNamed = config.relayUrls !== undefined;
  const relayControl = new RelayControl({
    secret: config.relaySecret,
    liveCalls: async (relayId) => {
      // Those whose addresses are named say nothing of themselves: each is told of all calls.
      const known = await callsForRelay(store.db, isNamed ? null : relayId, logger);
      return [...known.map(liveCallOf), ...loopCallsAt(relayId)];
    },
    database: await databaseId(store),
    onChange,
    log: logger,
  });
  const group = config.relayGroup ?? null;
  return { relayControl, relays: new Relays({ control: relayControl, group, isNamed }) };
}
