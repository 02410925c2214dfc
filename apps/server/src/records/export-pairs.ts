import type { ReadSection } from "./export-sections.ts";

/** What the account decided, did or keeps about another person, by that person's handle. */
export const exportOfPairs: Readonly<Record<string, ReadSection>> = {
  async following(db, account, after, count) {
    const rows = await db
      .selectFrom("follow")
      .innerJoin("account as other", "other.id", "follow.followed_id")
      .select(["other.handle", "follow.created_at as since"])
      .where("follow.follower_id", "=", account)
      .where("other.handle", ">", after as never)
      .orderBy("other.handle")
      .limit(count)
      .execute();
    return rows.map((row) => [row.handle, row]);
  },

  async followers(db, account, after, count) {
    const rows = await db
      .selectFrom("follow")
      .innerJoin("account as other", "other.id", "follow.follower_id")
      .select(["other.handle", "follow.created_at as since"])
      .where("follow.followed_id", "=", account)
      // One that this account blocked: it is shown to that follower alone.
      .where("follow.severed_at", "is", null)
      .where("other.handle", ">", after as never)
      .orderBy("other.handle")
      .limit(count)
      .execute();
    return rows.map((row) => [row.handle, row]);
  },

  async blocked(db, account, after, count) {
    const rows = await db
      .selectFrom("block")
      .innerJoin("account as other", "other.id", "block.blocked_id")
      .select(["other.handle", "block.created_at as since"])
      .where("block.blocker_id", "=", account)
      .where("other.handle", ">", after as never)
      .orderBy("other.handle")
      .limit(count)
      .execute();
    return rows.map((row) => [row.handle, row]);
  },

  async nevers(db, account, after, count) {
    const rows = await db
      .selectFrom("never as own")
      .innerJoin("account as other", "other.id", "own.other_id")
      .select(["other.handle", "own.created_at as since"])
      .where("own.owner_id", "=", account)
      .where("other.handle", ">", after as never)
      .orderBy("other.handle")
      .limit(count)
      .execute();
    return rows.map((row) => [row.handle, row]);
  },

  async addressBook(db, account, after, count) {
    const rows = await db
      .selectFrom("address_book_entry as own")
      .innerJoin("account as other", "other.id", "own.other_id")
      .select(["other.handle", "own.created_at as since"])
      .where("own.owner_id", "=", account)
      .where("other.handle", ">", after as never)
      .orderBy("other.handle")
      .limit(count)
      .execute();
    return rows.map((row) => [row.handle, row]);
  },

  async addressExceptions(db, account, after, count) {
    const rows = await db
      .selectFrom("address_exception as own")
      .innerJoin("account as other", "other.id", "own.other_id")
      .select(["other.handle", "own.exception"])
      .where("own.owner_id", "=", account)
      .where("other.handle", ">", after as never)
      .orderBy("other.handle")
      .limit(count)
      .execute();
    return rows.map((row) => [row.handle, { handle: row.handle, exception: row.exception }]);
  },

  async grants(db, account, after, count) {
    const rows = await db
      .selectFrom("call_grant as own")
      .innerJoin("account as other", "other.id", "own.other_id")
      .selectAll("own")
      .select("other.handle")
      .where("own.owner_id", "=", account)
      .where("other.handle", ">", after as never)
      .orderBy("other.handle")
      .limit(count)
      .execute();
    return rows.map((row) => [
      row.handle,
      {
        handle: row.handle,
        kind: row.kind,
        until: row.until_at,
        mayBreakThrough: row.may_break_through === 1,
        pausedUntil: row.paused_until,
        unansweredCount: row.unanswered_count,
        givenAt: row.created_at,
      },
    ]);
  },

  async refusedAttempts(db, account, after, count) {
    const rows = await db
      .selectFrom("refused_attempt as own")
      .innerJoin("account as other", "other.id", "own.other_id")
      .selectAll("own")
      .select("other.handle")
      .where("own.owner_id", "=", account)
      .where("other.handle", ">", after as never)
      .orderBy("other.handle")
      .limit(count)
      .execute();
    return rows.map((row) => [
      row.handle,
      { handle: row.handle, reason: row.reason, count: row.attempt_count, lastAt: row.last_at },
    ]);
  },

  /** When one that was asked answered is theirs; that they gave a right was told. */
  async asks(db, account, after, count) {
    const rows = await db
      .selectFrom("ask")
      .innerJoin("account as asker", "asker.id", "ask.asker_id")
      .innerJoin("account as asked", "asked.id", "ask.asked_id")
      .selectAll("ask")
      .select(["asker.handle as by", "asked.handle as of"])
      .where((where) =>
        where.or([where("ask.asker_id", "=", account), where("ask.asked_id", "=", account)]),
      )
      .where("ask.id", ">", after as never)
      .orderBy("ask.id")
      .limit(count)
      .execute();
    return rows.map((row) => {
      const fromMe = row.asker_id === account;
      const ends = fromMe
        ? { withdrawnAt: row.withdrawn_at, grantedAt: row.granted_at }
        : { answeredAt: row.answered_at };
      const handle = fromMe ? row.of : row.by;
      return [
        row.id,
        { id: row.id, handle, fromMe, reason: row.reason, at: row.asked_at, ...ends },
      ];
    });
  },

  async conversations(db, account, after, count) {
    const rows = await db
      .selectFrom("participation as own")
      .innerJoin("conversation", "conversation.id", "own.conversation_id")
      .innerJoin("account as other", "other.id", "own.other_account_id")
      .selectAll("own")
      .select(["other.handle", "conversation.created_at"])
      .where("own.account_id", "=", account)
      .where("other.handle", ">", after as never)
      .orderBy("other.handle")
      .limit(count)
      .execute();
    return rows.map((row) => [
      row.handle,
      {
        id: row.conversation_id,
        with: row.handle,
        begunAt: row.created_at,
        enteredAt: row.entered_at,
        declinedAt: row.declined_at,
        latestEntry: row.latest_entry_id,
        latestReceived: row.latest_received_id,
        readUpTo: row.read_up_to_id,
        actedAt: row.acted_at,
        rangAt: row.rang_at,
        callBackRevokedAt: row.call_back_revoked_at,
      },
    ]);
  },

  async recentRings(db, account, after, count) {
    const rows = await db
      .selectFrom("recent_ring as ring")
      .innerJoin("account as caller", "caller.id", "ring.caller_id")
      .innerJoin("account as callee", "callee.id", "ring.callee_id")
      .select(["ring.call_id", "ring.caller_id", "ring.rang_at", "ring.answered_at"])
      .select(["caller.handle as by", "callee.handle as of"])
      .where((where) =>
        where.or([where("ring.caller_id", "=", account), where("ring.callee_id", "=", account)]),
      )
      .where("ring.call_id", ">", after as never)
      .orderBy("ring.call_id")
      .limit(count)
      .execute();
    return rows.map((row) => {
      const fromMe = row.caller_id === account;
      const handle = fromMe ? row.of : row.by;
      const { call_id: id, rang_at: rangAt, answered_at: answeredAt } = row;
      return [id, { id, handle, fromMe, rangAt, answeredAt }];
    });
  },
};
