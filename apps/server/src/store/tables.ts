import type {
  AccountId,
  CallId,
  CallKind,
  CallOutcome,
  ConversationId,
  DeviceId,
  Handle,
  MessageId,
} from "@ringfence/protocol";

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
  hide_address: Flag;
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
}

/** What the server writes down about itself. */
export interface ServerNoteTable {
  name: "ready-check";
  value: string;
}
