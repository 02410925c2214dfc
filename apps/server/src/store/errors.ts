/** The operator's: the data directory was used by a newer Ringfence. */
export class DatabaseTooNewError extends Error {
  readonly code = "database-too-new";

  constructor(unknownMigrations: readonly string[]) {
    super(
      `This database was written by a newer version of Ringfence (it has ${unknownMigrations.join(", ")}). ` +
        "Start that version again, or restore a backup made with this one. Nothing was changed.",
    );
  }
}

/**
 * The machine's: the database did not take the commit, so nothing of it happened. Where a PostgreSQL
 * went away during the commit itself it may have happened all the same, and nobody was told.
 */
export class CommitFailedError extends Error {
  readonly code = "internal";

  constructor(cause: unknown) {
    super("The database did not take a commit.", { cause });
  }
}

/** The machine's: the database cannot be reached, or cut this off. Nothing happened. */
export class DatabaseAwayError extends Error {
  readonly code = "internal";

  constructor(cause: unknown) {
    super("The database is away.", { cause });
  }
}
