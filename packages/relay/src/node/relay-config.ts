import type { RelayFigures } from "../control/figures.ts";
import type { RelayLimits } from "../limits.ts";
import type { DataPath } from "./data-path.ts";
import type { DataPathChoice } from "./open-data-path.ts";

/** What a relay is told at its start. */
export interface RelayConfig {
  /** `::` for every address of this machine, or one address, or `localhost`. */
  readonly host: string;
  /** UDP, and TCP where there is no bridge. 0 picks a free one, for tests. */
  readonly port: number;
  /** RELAY_SECRET: shared with the application, and with nobody else. */
  readonly secret: string;
  /** WebSocket addresses of the applications that own the calls. None: the relay runs alone. */
  readonly controlUrls: readonly string[];
  /** RELAY_PUBLIC_URLS: where browsers find it. None: where the web server is. */
  readonly publicUrls?: readonly string[] | undefined;
  /** RELAY_GROUP. */
  readonly group?: string | undefined;
  /** Path of the Unix socket on which the application hands over TCP clients. */
  readonly bridgeSocketPath?: string;
  /** RELAY_DATA_PATH. */
  readonly dataPath?: DataPathChoice;
  readonly limits?: Partial<RelayLimits>;
}

/** A relay whose UDP sockets are bound. Disposing it closes every socket. */
export interface RunningRelay extends AsyncDisposable {
  /** By which applications know it: of this process, and of no other. */
  readonly id: string;
  /** The UDP port that was bound. */
  readonly port: number;
  /** How it moves packets. */
  readonly dataPath: DataPath["kind"];
  /** Rejects when it moves none any more: its process has to end, and another to begin. */
  readonly failed: Promise<never>;
  /** How many applications it is in contact with just now. */
  connectedControls(): number;
  /** How many allocations it holds, as of the last packet. */
  allocations(): number;
  /** What it holds just now, and has done since it started. */
  figures(): Promise<RelayFigures>;
  /** It takes no new calls any more; those that it serves go on. Resolves when that was said. */
  drain(): Promise<void>;
  /** Resolves when it drains and serves no call any more. */
  readonly drained: Promise<void>;
}
