import type { ReadSection } from "./export-sections.ts";

/** The ways into an account, as far as they open nothing for whoever reads the export. */
export const exportOfDevices: Readonly<Record<string, ReadSection>> = {
  async devices(db, account, after, count) {
    const rows = await db
      .selectFrom("device")
      .leftJoin("login", "login.device_id", "device.id")
      .leftJoin("device_key as key", "key.device_id", "device.id")
      .leftJoin("push_subscription as push", "push.device_id", "device.id")
      .select(["device.id", "device.name", "device.created_at", "device.last_seen_at"])
      .select(["login.created_at as signed_in_at", "login.expires_at"])
      .select(["push.endpoint", "push.created_at as notified_since"])
      .select(["key.identity_key", "key.link_signatures"])
      .where("device.account_id", "=", account)
      .where("device.id", ">", after as never)
      .orderBy("device.id")
      .limit(count)
      .execute();
    return rows.map((row) => [
      row.id,
      {
        id: row.id,
        name: row.name,
        addedAt: row.created_at,
        lastSeenAt: row.last_seen_at,
        signedInAt: row.signed_in_at,
        signedInUntil: row.expires_at,
        identityKey: row.identity_key,
        linkSignatures: row.link_signatures === null ? null : JSON.parse(row.link_signatures),
        pushEndpoint: row.endpoint,
        pushSince: row.notified_since,
      },
    ]);
  },

  async passkeys(db, account, after, count) {
    const rows = await db
      .selectFrom("passkey")
      .selectAll()
      .where("account_id", "=", account)
      .where("id", ">", after as never)
      .orderBy("id")
      .limit(count)
      .execute();
    return rows.map((row) => [
      row.id,
      {
        id: row.id,
        name: row.name,
        credentialId: row.credential_id,
        publicKey: row.public_key,
        useCount: row.counter,
        addedAt: row.added_at,
        lastUsedAt: row.last_used_at,
      },
    ]);
  },

  async recoveryCode(db, account, after) {
    const row = await db
      .selectFrom("recovery_code")
      .select(["made_at as madeAt", "kept_at as keptAt"])
      .where("account_id", "=", account)
      .where("works_until", "is", null)
      .executeTakeFirst();
    return row === undefined || after !== "" ? [] : [["only", row]];
  },

  async deviceChain(db, account, after, count) {
    const rows = await db
      .selectFrom("device_statement as own")
      .innerJoin("device_chain as chain", "chain.account_id", "own.account_id")
      .select(["own.position", "own.statement", "own.signatures", "chain.generation"])
      .where("own.account_id", "=", account)
      .where("own.position", ">", after === "" ? -1 : Number(after))
      .orderBy("own.position")
      .limit(count)
      .execute();
    return rows.map((row) => [
      String(row.position),
      { ...row, signatures: JSON.parse(row.signatures) },
    ]);
  },

  async linkedKeys(db, account, after, count) {
    const rows = await db
      .selectFrom("linked_key")
      .select("identity_key as identityKey")
      .where("account_id", "=", account)
      .where("identity_key", ">", after as never)
      .orderBy("identity_key")
      .limit(count)
      .execute();
    return rows.map((row) => [row.identityKey, row]);
  },
};
