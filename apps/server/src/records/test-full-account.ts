import { randomUUID } from "node:crypto";
import type { AccountId, DeviceId } from "@ringfence/protocol";
import { type ServerUnderTest, dumpOf } from "../http/server-under-test.ts";
import type { Tables } from "../store/tables.ts";

/** An account of which there is a row in every table, and another one that has to do with it. */
export interface FullAccount {
  readonly account: AccountId;
  readonly other: AccountId;
  /** Texts that were written nowhere but with this account. */
  readonly marks: readonly string[];
}

type Row = Record<string, string | number | null>;

/**
 * Gives each of two accounts a row in every table, in both directions where a row is about two.
 *
 * @throws Error for a table that nobody filled here: whoever adds one does so, and says in the export
 *   and in `docs/records.md` what becomes of it
 */
export async function fillEveryTable(
  server: ServerUnderTest,
  one: { id: AccountId; deviceId: DeviceId; handle: string },
  other: { id: AccountId; deviceId: DeviceId; handle: string },
): Promise<FullAccount> {
  const marks: string[] = [];
  await fill(server, rowsOf(one, other, marks));
  await fill(server, rowsOf(other, one, []));
  const empty = Object.entries(await dumpOf(server)).filter(
    ([table, rows]) => table !== "server_note" && rows.length === 0,
  );
  if (empty.length > 0) {
    throw new Error(`Nothing fills ${empty.map(([table]) => table).join(", ")} for this test.`);
  }
  return { account: one.id, other: other.id, marks };
}

async function fill(server: ServerUnderTest, rows: Rows): Promise<void> {
  await server.store.write(async ({ db }) => {
    for (const [table, row] of rows) {
      await db
        .insertInto(table)
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
  });
}

function rowsOf(
  { id: me, deviceId, handle }: { id: AccountId; deviceId: DeviceId; handle: string },
  { id: you, handle: yours }: { id: AccountId; handle: string },
  marks: string[],
): Rows {
  const mark = (what: string) => {
    const text = `${what} of ${handle} ${randomUUID()}`;
    marks.push(text);
    return text;
  };
  const side = { me, deviceId, handle, you, yours, mark };
  return [...waysIn(side), ...decisions(side), ...past(side)];
}

/** One side of the two, and how it marks what it writes. */
interface Side {
  readonly me: AccountId;
  readonly deviceId: DeviceId;
  readonly handle: string;
  readonly you: AccountId;
  readonly yours: string;
  readonly mark: (what: string) => string;
}

type Rows = [keyof Tables, Row][];

/** The ways into the account, and the keys of its devices. */
function waysIn({ me, deviceId, handle, you, mark }: Side): Rows {
  return [
    ["one_time_link", { token_hash: mark("link"), account_id: me, go_to: "/", expires_at: 9e15 }],
    ["operator_order", { id: `order about ${handle}`, kind: "vouch", account_id: me }],
    ["reset_link", { token_hash: mark("reset"), account_id: me, made_at: 32, expires_at: 9e15 }],
    ["reset_login", { token_hash: mark("reset login"), account_id: me, reset_at: 32 }],
    [
      "invitation",
      {
        id: `invitation of ${handle}`,
        token_hash: mark("invitation"),
        inviter_id: me,
        taken_by_id: you,
        is_first_account: 0,
        created_at: 33,
        expires_at: 9e15,
      },
    ],
    [
      "push_subscription",
      {
        device_id: deviceId,
        account_id: me,
        endpoint: mark("endpoint"),
        p256dh: mark("p256dh"),
        auth: mark("auth"),
        created_at: 34,
      },
    ],
    ["device_chain", { account_id: me, generation: 35 }],
    [
      "device_statement",
      {
        account_id: me,
        position: 0,
        statement: mark("statement"),
        signatures: JSON.stringify([mark("signature")]),
      },
    ],
    ["linked_key", { account_id: me, identity_key: mark("linked key") }],
    [
      "device_key",
      {
        device_id: deviceId,
        identity_key: mark("identity key"),
        link_signatures: JSON.stringify([mark("link")]),
      },
    ],
    [
      "passkey",
      {
        id: `passkey of ${handle}`,
        account_id: me,
        credential_id: mark("credential"),
        public_key: mark("passkey's key"),
        counter: 36,
        name: mark("passkey's name"),
        added_at: 37,
        last_used_at: 38,
      },
    ],
    [
      "recovery_code",
      { account_id: me, code_hash: mark("recovery"), made_at: 39, kept_at: 40, works_until: null },
    ],
  ];
}

/** What it decided about the other, asked of them and said of them. */
function decisions({ me, handle, you, yours, mark }: Side): Rows {
  const pair = { owner_id: me, other_id: you };
  return [
    ["follow", { follower_id: me, followed_id: you, created_at: 11, severed_at: null }],
    ["block", { blocker_id: me, blocked_id: you, created_at: 12 }],
    ["never", { ...pair, created_at: 13 }],
    [
      "call_grant",
      {
        ...pair,
        kind: "until",
        until_at: 24,
        may_break_through: 1,
        paused_until: 25,
        unanswered_count: 2,
        created_at: 26,
      },
    ],
    [
      "ask",
      {
        id: `ask of ${handle}`,
        asker_id: me,
        asked_id: you,
        reason: mark("reason"),
        asked_at: 27,
        withdrawn_at: null,
        answered_at: 28,
        granted_at: 29,
      },
    ],
    ["address_book_entry", { ...pair, created_at: 30 }],
    ["address_exception", { ...pair, exception: "show" }],
    [
      "report",
      {
        id: `report of ${handle}`,
        reporter_id: me,
        reported_id: you,
        reported_handle: yours,
        about: "person",
        text: mark("report"),
        created_at: 32,
        closed_at: null,
      },
    ],
  ];
}

/** What they wrote, and how they called. */
function past({ me, handle, you, yours, mark }: Side): Rows {
  const pair = { owner_id: me, other_id: you };
  const [low, high] = [me, you].toSorted();
  const conversation = { low_account_id: low ?? me, high_account_id: high ?? you };
  const call = `call of ${handle}`;
  return [
    ["conversation", { id: "c", ...conversation, created_at: 14 }],
    [
      "participation",
      {
        account_id: me,
        other_account_id: you,
        conversation_id: "c",
        entered_at: 15,
        declined_at: 16,
        latest_entry_id: `message of ${handle}`,
        latest_received_id: `message of ${yours}`,
        read_up_to_id: `message of ${yours}`,
        acted_at: 17,
        rang_at: 18,
        call_back_revoked_at: 19,
      },
    ],
    [
      "message",
      {
        id: `message of ${handle}`,
        conversation_id: "c",
        sender_id: me,
        client_message_id: randomUUID(),
        text: mark("words"),
        is_withheld: 0,
      },
    ],
    [
      "call",
      {
        id: call,
        version: 1,
        caller_id: me,
        callee_id: you,
        state: mark("state"),
        due_at: null,
        ended_at: 9e15,
        relay_id: "",
      },
    ],
    [
      "call_record",
      {
        account_id: me,
        call_id: call,
        other_account_id: you,
        is_caller: 1,
        kind: "audio",
        outcome: "answered",
        started_at: 20,
        duration_ms: 21,
        route: "relayed",
      },
    ],
    [
      "recent_ring",
      {
        call_id: call,
        caller_id: me,
        callee_id: you,
        rang_at: 22,
        answered_at: 23,
        unanswered_at: null,
        counts_for_callee: 1,
      },
    ],
    ["refused_attempt", { ...pair, reason: "no-audience", attempt_count: 3, last_at: 31 }],
  ];
}
