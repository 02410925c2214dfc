import type { FastifyInstance } from "fastify";
import { serverLimits } from "../limits.ts";
import type { Store, Write } from "../store/store.ts";

/** One thing without which nobody can call. */
export interface ReadinessCheck {
  readonly name: string;
  /** Null when all is well, or one sentence that says what is missing. */
  readonly check: () => Promise<string | null>;
}

/**
 * `/healthz`: the process is alive, and which web app it serves. `/readyz`: people can call, or why
 * they cannot.
 *
 * @param webBuild the name of the build; null where there is none
 */
export function addHealthRoutes(
  fastify: FastifyInstance,
  checks: readonly ReadinessCheck[],
  webBuild: string | null,
): void {
  fastify.get("/healthz", async () => ({ status: "ok", webBuild }));
  fastify.get("/readyz", async (_, reply) => {
    const answers = await Promise.all(checks.map(answerInTime));
    const reasons = answers.filter((answer) => answer !== null);
    if (reasons.length === 0) return { status: "ready" };
    return reply.code(503).send({ status: "not-ready", reasons });
  });
}

/** @param now milliseconds; only differences count */
export function databaseCheck(store: Store, now: () => number): ReadinessCheck {
  let lastTry: { at: number; commit: Promise<void> } | undefined;
  return {
    name: "database",
    async check() {
      // Reading works on a full or read-only disk; calls need a commit.
      if (lastTry === undefined || now() - lastTry.at > serverLimits.databaseCheckEveryMs) {
        lastTry = { at: now(), commit: store.write((write) => touch(write.db, write.now)) };
      }
      await lastTry.commit;
      return null;
    },
  };
}

async function touch(db: Write["db"], now: number): Promise<void> {
  const row = { name: "ready-check", value: String(now) } as const;
  await db
    .insertInto("server_note")
    .values(row)
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ value: row.value }))
    .execute();
}

async function answerInTime({ name, check }: ReadinessCheck): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, serverLimits.readinessCheckTimeoutMs, "It does not answer.");
  });
  // Why a check failed is in the log of whatever failed; strangers read this page.
  const answer = await Promise.race([check().catch(() => "It does not work."), tooLate]);
  clearTimeout(timer);
  return answer === null ? null : `${name}: ${answer}`;
}
