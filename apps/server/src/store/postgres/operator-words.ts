import { OperatorError } from "../../operator-error.ts";

/** What an operator can do about an error, by its code: PostgreSQL's, or the system's. */
const remedies: Readonly<Record<string, string>> = {
  ECONNREFUSED: "Nothing answers there. Start PostgreSQL, or correct the host and port.",
  ENOENT: "There is no such socket. Start PostgreSQL, or correct the path.",
  EHOSTUNREACH: "Its machine cannot be reached from here. Look at the network between the two.",
  ENETUNREACH: "Its machine cannot be reached from here. Look at the network between the two.",
  ETIMEDOUT: "Nothing answers there in time. Look at the network and the firewall between the two.",
  ECONNRESET: "It ended the connection. Look into the log of PostgreSQL.",
  ENOTFOUND: "There is no machine of that name. Correct the host.",
  EAI_AGAIN: "The name of its machine cannot be resolved now. Look at the DNS of this machine.",
  "28P01": "It refuses the password. Correct the user and the password.",
  "28000": "It does not let this user in. Correct the user, or let it in from here (pg_hba.conf).",
  "3D000": "There is no database of that name. Make it (createdb), or correct the name.",
  "42501": "This user may not make tables there. Make it the owner of the database.",
  "25006": "It may only be read. Name a server that may be written to.",
  "53100": "Its disk is full. Make room there, then start again.",
  "53300": "It has as many connections as it allows. Raise its max_connections, or end others.",
  "57P03": "It is starting or stopping. Try again in a moment.",
  DEPTH_ZERO_SELF_SIGNED_CERT:
    "Its certificate is its own. Name that in the address: sslrootcert=/path/to/it.",
  SELF_SIGNED_CERT_IN_CHAIN:
    "This machine does not trust its certificate. Name who signed it in the address: sslrootcert=/path/to/it.",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "This machine does not trust its certificate. Name who signed it in the address: sslrootcert=/path/to/it.",
  ERR_TLS_CERT_ALTNAME_INVALID:
    "Its certificate is for another name. Write that name in the address.",
  CERT_HAS_EXPIRED: "Its certificate has expired. Renew it.",
};

/** What the client itself says, without a code. */
const said: readonly (readonly [RegExp, string])[] = [
  [
    /^The server does not support SSL/,
    "It does not speak TLS. Turn that on (ssl = on), or leave sslmode out where the network is yours alone.",
  ],
  [
    /timeout/,
    "Nothing answers there in time. Look at the network and the firewall between the two.",
  ],
  [/password must be a string|no password/i, "It wants a password. Write it into the address."],
];

/**
 * Does something with a PostgreSQL, and says in words for the operator why that cannot be. The words
 * hold no password.
 *
 * @throws OperatorError `database-unusable`, and whatever is no fault of the operator's
 */
export async function inWordsForOperators<T>(url: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const remedy = remedyFor(error);
    if (remedy === undefined) throw error;
    const message = `The database at ${placeOf(url)} (DATABASE_URL) cannot be used. ${remedy}`;
    throw new OperatorError("database-unusable", message, { cause: error });
  }
}

/** What the operator can do about an error of PostgreSQL; undefined where it is none of theirs. */
function remedyFor(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof AggregateError) return remedyFor(cause.errors[0]);
    const { code, message } = cause as NodeJS.ErrnoException;
    const remedy = remedies[code ?? ""] ?? said.find(([pattern]) => pattern.test(message))?.[1];
    if (remedy !== undefined) return remedy;
  }
  return undefined;
}

/** Host, port and database: what an operator recognises it by. */
export function placeOf(url: string): string {
  const { host, pathname, searchParams } = new URL(url);
  return `${searchParams.get("host") ?? host}${pathname}`;
}
