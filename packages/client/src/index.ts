/**
 * The browser's half: the signalling socket, the API, peer connections and devices, shown as small
 * observable snapshots. It draws nothing and knows no React, and it decides nothing that is the
 * server's to decide. Start at `client.ts`; the road of a call begins in `calls/calls.ts`.
 *
 * @module
 */
export type { QuietNow } from "@ringfence/policy";
export type { Account, AccountSnapshot, SignedIn, SignUpRule } from "./account.ts";
export type { AddressBook, ContactFile } from "./address-book.ts";
export type { AskList, Asks } from "./asks.ts";
export type { CallSettingsAccess } from "./call-settings.ts";
export { asProposed, type CallSettingsProposals, type Proposal } from "./call-settings-proposal.ts";
export type { CallEvidence, CheckedDescription, EvidencedCall } from "./calls/call-evidence.ts";
export type { Calls } from "./calls/calls.ts";
export type {
  AcceptEnds,
  CallEnd,
  CallPhase,
  CallQuality,
  CallsSnapshot,
  CallTrust,
  CameraState,
  CurrentCall,
  DeviceChange,
  DeviceKind,
  DevicePicker,
  IncomingCall,
  MicrophoneState,
  ReturnableCall,
  QualityCause,
  SoundProcessing,
  TrustLevel,
  TrustQuestion,
} from "./calls/calls-snapshot.ts";
export type { TrustFault } from "./calls/trust-fault.ts";
export type { Breach, Receipt } from "@ringfence/e2ee";
export { type Client, createClient } from "./client.ts";
export type {
  ConnectionTest,
  ConnectionTestSnapshot,
  LiveResult,
  PathResult,
  ServerResult,
} from "./connection-test/connection-test.ts";
export type { DeviceCheck, DeviceCheckSnapshot } from "./connection-test/device-check.ts";
export { qualityOfPath } from "./connection-test/quality-of-path.ts";
export { type Transport, transports } from "./connection-test/transport.ts";
export type { ConversationList } from "./conversation-list.ts";
export type { Conversations } from "./conversations.ts";
export { browserEnvironment, type Environment } from "./environment.ts";
export { ApiError, type ApiErrorCode } from "./errors.ts";
export type { Grants } from "./grants.ts";
export type { Identity, RememberedPerson } from "./identity/identity.ts";
export type {
  LinkedDevice,
  OwnChainFault,
  OwnDevice,
  OwnDevices,
  OwnDevicesSnapshot,
  WaitingDevice,
} from "./identity/own-devices.ts";
export type { Invitations, NewInvitation } from "./invitations.ts";
export type { Loadable } from "./loadable.ts";
export type { DeviceFault, InputKind } from "./media/device-fault.ts";
export type { RelayReach } from "./media/relay-reach.ts";
export type { Observable } from "./observable.ts";
export type { Paged, PagedList } from "./paged-list.ts";
export type { Push, PushSnapshot } from "./push/push.ts";
export type { PushLack } from "./push/push-platform.ts";
export type { People } from "./people.ts";
export type { Records } from "./records.ts";
export type { Connection } from "./signalling.ts";
export type { PendingMessage, Thread } from "./thread.ts";
export { PasskeyError } from "./ways-in/passkey-platform.ts";
export type { NewCode, NewerCode, Proof, ResetLink, WaysIntoAccount } from "./ways-in/ways-in.ts";
export type { Receipts, ReceiptView } from "./receipt/receipts.ts";
export type { PersonWithException, WhoCanRing } from "./who-can-ring.ts";
