import { type Allocation, endAllocation } from "./allocation.ts";
import type { Credential, Party } from "./credential.ts";
import { makePacketQuota, type PacketQuota } from "./packet-quota.ts";
import type { RelayedAddress } from "./relayed-address.ts";
import type { RelayState } from "./relay-state.ts";

/**
 * What a call lets pass.
 *
 * ```
 * (unknown) ── live ──▶ ringing ── join ──▶ joined ⟲ join ── end · 12 h ──▶ (ended)
 * ```
 *
 * A ringing call takes allocations from every device of both parties and passes nothing. A joined
 * one has room for the two devices that talk, and for nobody else. `open` is what all calls of a
 * relay that runs alone are.
 */
export type CallPhase =
  | { readonly phase: "ringing" }
  | { readonly phase: "joined"; readonly a: string; readonly b: string }
  | { readonly phase: "open" };

export interface Call {
  readonly id: string;
  phase: CallPhase;
  /** Whether its parties may learn their own addresses, for a path between the two of them. */
  isDirect: boolean;
  /**
   * Whether its caller ever allocated here: a relay that drains goes on with such a call. Only the
   * caller counts, so that the caller is answered alike whatever the callee's devices did.
   */
  isServed: boolean;
  /** The allocations of its parties, by the addresses that the parties know each other by. */
  readonly allocations: Map<RelayedAddress, Allocation>;
  /** Who holds it to be live: applications by their connection, or by the database that they share. */
  readonly controls: Set<string>;
  /** Counts the calls that were declared here, so that what was known at some moment can be told. */
  readonly declaration: number;
  /** What each party may still send on, whichever of its allocations it uses. */
  readonly quotas: Readonly<Record<Party, PacketQuota>>;
  /** Unix time in milliseconds: an application that never says so cannot keep it for ever. */
  readonly endsAt: number;
}

/**
 * A call that an application declares: ringing, or joined with these two devices; and, whichever of
 * the two, direct.
 */
export interface DeclaredCall {
  readonly callId: string;
  readonly join?: { readonly callerDevice: string; readonly calleeDevice: string } | undefined;
  readonly direct?: boolean | undefined;
  /** Only the application that says so knows it, whatever database it shares with others. */
  readonly ofNode?: boolean | undefined;
}

/** An application that says something of calls. */
export interface Speaker {
  /** Its control connection. */
  readonly connection: string;
  /** What it shares with other nodes; undefined for an application alone. */
  readonly database?: string | undefined;
}

/**
 * An application says that a call is live, and perhaps joined or direct. Says whether it is now: a call that
 * has ended stays so, whatever an application that did not hear of it says.
 */
export function declareCall(
  state: RelayState,
  speaker: Speaker,
  declared: DeclaredCall,
  now: number,
): boolean {
  const { callId, join } = declared;
  if (state.ended.has(callId)) return false;
  const call = state.calls.get(callId) ?? makeCall(state, callId, { phase: "ringing" }, now);
  call.controls.add(ownerOf(declared, speaker));
  // Like a join, it is not taken back: another application's list may be older than the word.
  if (declared.direct === true) call.isDirect = true;
  if (join === undefined) return true;
  call.phase = { phase: "joined", a: join.callerDevice, b: join.calleeDevice };
  for (const allocation of call.allocations.values()) {
    if (!isWelcome(call, allocation.credential)) endAllocation(state, allocation);
  }
  return true;
}

function ownerOf({ ofNode }: DeclaredCall, { connection, database }: Speaker): string {
  return ofNode === true || database === undefined ? connection : database;
}

/** An application is about to be asked for its list: what is declared from now on may lack in it. */
export function askForCalls(state: RelayState, { connection }: Speaker): void {
  state.asked.set(connection, state.declarations);
}

/**
 * An application lists every call that it holds to be live: others that it, or a node that shares its
 * database, held before have ended.
 *
 * Such a node may have declared a call after this list was read, and before it came. Whatever is
 * declared is durable before, so a call that was known when the list was asked for would stand in it.
 */
export function replaceCalls(
  state: RelayState,
  speaker: Speaker,
  declared: readonly DeclaredCall[],
  now: number,
): void {
  const { connection, database } = speaker;
  const owners = new Map(declared.map((call) => [call.callId, ownerOf(call, speaker)]));
  for (const call of declared) declareCall(state, speaker, call, now);
  const asked = state.asked.get(connection) ?? 0;
  for (const call of state.calls.values()) {
    const owner = owners.get(call.id);
    const isKnownToAll = call.declaration <= asked;
    const isLetGo = [
      owner !== connection && call.controls.delete(connection),
      database !== undefined &&
        owner !== database &&
        isKnownToAll &&
        call.controls.delete(database),
    ].includes(true);
    if (isLetGo && call.controls.size === 0) endCall(state, call.id, now);
  }
}

/**
 * Ends a call with all its allocations. Its id is kept for as long as a credential of it can live,
 * so that no late word makes it live again.
 */
export function endCall(state: RelayState, callId: string, now: number): void {
  state.ended.set(callId, now + state.limits.credentialAheadMsMax);
  const call = state.calls.get(callId);
  if (call === undefined) return;
  for (const allocation of call.allocations.values()) endAllocation(state, allocation);
  state.calls.delete(callId);
}

export function makeCall(state: RelayState, callId: string, phase: CallPhase, now: number): Call {
  const endsAt = now + state.limits.callMsMax;
  const call = {
    id: callId,
    phase,
    isDirect: false,
    isServed: false,
    allocations: new Map(),
    controls: new Set<string>(),
    declaration: ++state.declarations,
    quotas: { a: makePacketQuota(), b: makePacketQuota() },
    endsAt,
  };
  state.calls.set(callId, call);
  return call;
}

/** Whether a device may have an allocation in a call. */
export function isWelcome(call: Call, credential: Credential): boolean {
  switch (call.phase.phase) {
    case "ringing":
    case "open":
      return true;
    case "joined":
      return call.phase[credential.party] === credential.device;
  }
}
