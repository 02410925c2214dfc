import type {
  AccountId,
  AddressException,
  AskId,
  Asking,
  CallId,
  CallKind,
  CallOutcome,
  CallRoute,
  ConversationId,
  DeviceId,
  GrantKind,
  Handle,
  IdentityKey,
  InvitationId,
  MessageId,
  NewReport,
  PasskeyId,
  RefusedReason,
  ReportId,
} from "@ringfence/protocol";
import type { OperatorOrderTable, ResetLinkTable, ResetLoginTable } from "./operator-tables.ts";

/**
 * The tables, in the portable subset that SQLite and PostgreSQL share: text ids made by us, times
 * as Unix milliseconds, flags as 0 or 1, JSON as text.
 */
export interface Tables {
  account: AccountTable;
  device: DeviceTable;
  login: LoginTable;
  one_time_link: OneTimeLinkTable;
  follow: FollowTable;
  block: BlockTable;
  never: NeverTable;
  conversation: ConversationTable;
  participation: ParticipationTable;
  message: MessageTable;
  call: CallTable;
  call_record: CallRecordTable;
  recent_ring: RecentRingTable;
  call_grant: CallGrantTable;
  ask: AskTable;
  address_book_entry: AddressBookEntryTable;
  address_exception: AddressExceptionTable;
  refused_attempt: RefusedAttemptTable;
  report: ReportTable;
  invitation: InvitationTable;
  push_subscription: PushSubscriptionTable;
  device_chain: DeviceChainTable;
  device_statement: DeviceStatementTable;
  linked_key: LinkedKeyTable;
  device_key: DeviceKeyTable;
  passkey: PasskeyTable;
  recovery_code: RecoveryCodeTable;
  operator_order: OperatorOrderTable;
  reset_link: ResetLinkTable;
  reset_login: ResetLoginTable;
  server_note: ServerNoteTable;
}

export type Flag = 0 | 1;

export interface AccountTable {
  id: AccountId;
  handle: Handle;
  display_name: string;
  /** argon2id, in its own encoded form. */
  password_hash: string;
  created_at: number;
  suspended_at: number | null;
  /** How many deliveries this account was sent (protocol `DownFrame`). */
  sequence: number;
  calling: "unset" | "on" | "off";
  audience_mutuals: Flag;
  audience_people_i_follow: Flag;
  audience_everyone: Flag;
  audience_address_book: Flag;
  audience_vouched: Flag;
  asking: Asking;
  fading: Flag;
  fading_days: number;
  call_back: Flag;
  unanswered_limit: Flag;
  /** `QuietHours` of the protocol, as JSON; null: none. */
  quiet_hours: string | null;
  do_not_disturb: Flag;
  do_not_disturb_until: number | null;
  /** The operator vouches for this account since then. */
  vouched_at: number | null;
  hide_address: Flag;
  /** For how many days its own calls are kept; null: as long as the server keeps them. */
  call_record_days: number | null;
}

/** One browser profile that is signed in. */
export interface DeviceTable {
  id: DeviceId;
  account_id: AccountId;
  name: string;
  created_at: number;
  last_seen_at: number;
}

export interface LoginTable {
  /** SHA-256 of the cookie's token, hexadecimal: the database alone lets nobody in. */
  token_hash: string;
  device_id: DeviceId;
  account_id: AccountId;
  created_at: number;
  expires_at: number;
}

export interface OneTimeLinkTable {
  token_hash: string;
  account_id: AccountId;
  go_to: string;
  expires_at: number;
}

export interface FollowTable {
  follower_id: AccountId;
  followed_id: AccountId;
  created_at: number;
  /**
   * Since the followed person blocked the follower. It counts for nothing then, and goes on being
   * shown to the follower alone: a follow that ends by itself would tell of the block.
   */
  severed_at: number | null;
}

export interface BlockTable {
  blocker_id: AccountId;
  blocked_id: AccountId;
  created_at: number;
}

/** The owner lets the other never ring. */
export interface NeverTable {
  owner_id: AccountId;
  other_id: AccountId;
  created_at: number;
}

/** One per pair; `low_account_id` sorts before `high_account_id`. */
export interface ConversationTable {
  id: ConversationId;
  low_account_id: AccountId;
  high_account_id: AccountId;
  created_at: number;
}

/** One account's side of a conversation: two rows a conversation. */
export interface ParticipationTable {
  account_id: AccountId;
  other_account_id: AccountId;
  conversation_id: ConversationId;
  /** Wrote in it, or accepted its request. */
  entered_at: number | null;
  declined_at: number | null;
  /** The latest entry that this side can see: message or call. Null: nothing yet. */
  latest_entry_id: string | null;
  /** The latest message from the other that this side can see. */
  latest_received_id: string | null;
  read_up_to_id: string | null;
  /** This account last wrote to the other, rang them, took their call or accepted their request. */
  acted_at: number | null;
  /** This account last rang the other; forgotten after `firstRingAfterMs`. */
  rang_at: number | null;
  /** It took back the right to be rung back; forgotten after `askShownMs`. */
  call_back_revoked_at: number | null;
}

export interface MessageTable {
  id: MessageId;
  conversation_id: ConversationId;
  sender_id: AccountId;
  client_message_id: string;
  text: string;
  /** 1: written while the receiver had blocked the sender; only the sender ever sees it. */
  is_withheld: Flag;
}

/** A call that is not over, or was a few minutes ago. `state` is the machine's, as JSON. */
export interface CallTable {
  id: CallId;
  /** Goes up with each transition; an update is conditional on the version that was read. */
  version: number;
  caller_id: AccountId;
  callee_id: AccountId;
  state: string;
  /** When the state's timer is due; null when it has none. */
  due_at: number | null;
  /** Null while the call goes on. */
  ended_at: number | null;
  /** The relay that carries it, by the id of its process. Empty: relays that have no ids. */
  relay_id: string;
}

/** One participant's memory of a call. */
export interface CallRecordTable {
  account_id: AccountId;
  call_id: CallId;
  other_account_id: AccountId;
  is_caller: Flag;
  kind: CallKind;
  outcome: CallOutcome;
  started_at: number;
  duration_ms: number;
  route: CallRoute;
}

/**
 * The rings of the last day, for the rules that count them. It has nothing to do with the records
 * of calls, which people and operators may keep for no time at all.
 */
export interface RecentRingTable {
  call_id: CallId;
  caller_id: AccountId;
  callee_id: AccountId;
  rang_at: number;
  /** Null until it was answered, and for ever where it was not. */
  answered_at: number | null;
  /** Null while it rings, and where it was answered. */
  unanswered_at: number | null;
  /** 1: of a caller without a grant, and aloud. An account has a few of these an hour. */
  counts_for_callee: Flag;
}

/** The right to ring that its owner gave to one person. */
export interface CallGrantTable {
  owner_id: AccountId;
  other_id: AccountId;
  kind: GrantKind;
  /** Null for `always`. */
  until_at: number | null;
  may_break_through: Flag;
  paused_until: number | null;
  /** Rings of the other in a row that went unanswered, until a pause or an answer. */
  unanswered_count: number;
  /** When it was given, in the place of an earlier one if there was one. */
  created_at: number;
}

/** Somebody asked to be allowed to call. Forgotten after `asksPeriodMs`. */
export interface AskTable {
  id: AskId;
  asker_id: AccountId;
  asked_id: AccountId;
  reason: string;
  asked_at: number;
  /** By the asker, or by a call between the two that was answered. */
  withdrawn_at: number | null;
  /** When the one who was asked answered it or blocked; the card is gone, for them alone. */
  answered_at: number | null;
  /** The answer was a right to ring: it is told, and this ask counts no more. */
  granted_at: number | null;
}

export interface AddressBookEntryTable {
  owner_id: AccountId;
  other_id: AccountId;
  created_at: number;
}

/** Something else than the owner's *Hide my address* holds in calls with the other. */
export interface AddressExceptionTable {
  owner_id: AccountId;
  other_id: AccountId;
  exception: AddressException;
}

/** The other tried to ring the owner and was not allowed to: one row a pair. */
export interface RefusedAttemptTable {
  owner_id: AccountId;
  other_id: AccountId;
  /** Of the latest attempt. */
  reason: RefusedReason;
  attempt_count: number;
  last_at: number;
}

/** For whoever runs the server. */
export interface ReportTable {
  id: ReportId;
  reporter_id: AccountId;
  /** Null: that account was deleted. */
  reported_id: AccountId | null;
  /** As it was then: an open report stays when the account that it is of is deleted. */
  reported_handle: Handle;
  about: NewReport["about"];
  text: string;
  created_at: number;
  closed_at: number | null;
}

/** A link for one person. Gone once it was agreed to, revoked, or too old. */
export interface InvitationTable {
  id: InvitationId;
  token_hash: string;
  /** Null: the operator's. */
  inviter_id: AccountId | null;
  /** Whoever signed up with it: nobody else may agree to it any more. */
  taken_by_id: AccountId | null;
  /** 1: printed at the start of a server without accounts; worth nothing once there is one. */
  is_first_account: Flag;
  created_at: number;
  expires_at: number;
}

/** Where a device is reached while its page is closed: one row a device at most. */
export interface PushSubscriptionTable {
  device_id: DeviceId;
  account_id: AccountId;
  /** The browser's own address at its push service; whoever knows it could write to it. */
  endpoint: string;
  p256dh: string;
  auth: string;
  created_at: number;
}

/** That an account's devices began to sign for each other. */
export interface DeviceChainTable {
  account_id: AccountId;
  /** How often they did: a chain takes the place of the one before. */
  generation: number;
}

/** A line of that chain, as it came. */
export interface DeviceStatementTable {
  account_id: AccountId;
  /** From 0. */
  position: number;
  statement: string;
  /** As JSON. */
  signatures: string;
}

/** A key that is in an account's chain, as its devices said: for the server's own list, and believed by nobody. */
export interface LinkedKeyTable {
  account_id: AccountId;
  identity_key: IdentityKey;
}

/** The key that a device says it has. */
export interface DeviceKeyTable {
  device_id: DeviceId;
  identity_key: IdentityKey;
  /** `LinkSignature`s of the protocol, as JSON. */
  link_signatures: string;
}

/** A key that opens an account. */
export interface PasskeyTable {
  id: PasskeyId;
  account_id: AccountId;
  /** By which its authenticator knows it: base64url. */
  credential_id: string;
  /** COSE (RFC 9052 §7): base64url. */
  public_key: string;
  /** How often it was used, as far as its authenticator counts. */
  counter: number;
  name: string;
  added_at: number;
  /** To the hour; null: not yet. */
  last_used_at: number | null;
}

/** The newest of an account, and those that it replaced a while ago. All go once one was used. */
export interface RecoveryCodeTable {
  account_id: AccountId;
  /** argon2id, in its own encoded form. */
  code_hash: string;
  made_at: number;
  /** Its owner said that they kept it. */
  kept_at: number | null;
  /** null: the newest, which works until it is used or replaced. */
  works_until: number | null;
}

/** What the server writes down about itself: its secrets too, where it has no data directory for them. */
export interface ServerNoteTable {
  name: "ready-check" | "database-id" | "relay-secret" | "vapid-key";
  value: string;
}
