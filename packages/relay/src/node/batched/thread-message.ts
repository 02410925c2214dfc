import type { MessagePort } from "node:worker_threads";
import type { Instruction } from "../../control/obey-control.ts";
import type { RelayLimits } from "../../limits.ts";
import type { Speaker } from "../../turn/call.ts";
import type { CoreFigures } from "../../turn/figures.ts";
import type { FiveTuple } from "../../turn/five-tuple.ts";

/** What the thread that moves packets is given at its start. */
export interface ThreadStart {
  readonly addresses: readonly string[];
  readonly port: number;
  readonly secret: Uint8Array;
  readonly limits: RelayLimits;
  readonly isAlone: boolean;
  /** Of `Doorbell`, of the frames that streams bring, and of those that they are sent. */
  readonly doorbell: SharedArrayBuffer;
  readonly fromStreams: SharedArrayBuffer;
  readonly toStreams: SharedArrayBuffer;
  /** Orders come, reports go. */
  readonly channel: MessagePort;
}

/** What is asked of the core, and what it answers. */
export interface Answers {
  readonly instruct: boolean;
  readonly "has-allocation": boolean;
  readonly figures: CoreFigures;
}
export type Question =
  | { readonly ask: "instruct"; readonly speaker: Speaker; readonly instruction: Instruction }
  | { readonly ask: "has-allocation"; readonly tuple: FiveTuple }
  | { readonly ask: "figures" };

/** What the main thread orders. */
export type Order =
  | { readonly type: "question"; readonly id: number; readonly question: Question }
  | { readonly type: "open-stream"; readonly stream: number; readonly tuple: FiveTuple }
  | { readonly type: "close-stream"; readonly stream: number }
  /** These are this machine's addresses now. */
  | { readonly type: "follow"; readonly addresses: readonly string[] }
  | { readonly type: "drain" }
  | { readonly type: "stop" };

/** What the thread says. */
export type Report =
  /** It moves packets: on this port, and it is woken by writing to this eventfd. */
  | { readonly type: "ready"; readonly port: number; readonly event: number }
  /** It cannot work on this system, in words. */
  | { readonly type: "unfit"; readonly reason: string }
  /** It cannot have the port or the host: the system's code, or none where no address fits. */
  | { readonly type: "refused"; readonly code: string | undefined }
  | { readonly type: "answer"; readonly id: number; readonly answer: Answers[keyof Answers] }
  /** An address that came later could not be bound. */
  | { readonly type: "not-bound"; readonly code: string };
