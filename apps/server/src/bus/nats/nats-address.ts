/** Where NATS is, and how this server says who it is there. */
export interface NatsAddress {
  /** `host:port` of each server of it. */
  readonly servers: readonly string[];
  readonly isEncrypted: boolean;
  readonly login: NatsLogin | null;
}

export type NatsLogin = { user: string; pass: string } | { token: string };

/** The port that NATS has where none is named. */
const usualPort = 4222;

/**
 * Reads `NATS_URL`: addresses with commas between them, each `nats://` or `tls://`, with a user and
 * a password, or a token, in front of the host. All are one NATS, so what is said twice is the same.
 *
 * @returns null where it is none
 */
export function parseNatsAddress(text: string): NatsAddress | null {
  const urls = text.split(",").map((each) => URL.parse(each.trim()));
  const logins = new Set<string>();
  const servers: string[] = [];
  const schemes = new Set<string>();
  for (const url of urls) {
    if (url === null || !isAddress(url)) return null;
    schemes.add(url.protocol);
    if (url.username !== "") logins.add(`${url.username}:${url.password}`);
    servers.push(`${url.hostname}:${url.port === "" ? usualPort : url.port}`);
  }
  if (schemes.size !== 1 || logins.size > 1) return null;
  const [login] = logins;
  return {
    servers,
    isEncrypted: schemes.has("tls:"),
    login: login === undefined ? null : loginOf(login),
  };
}

function isAddress(url: URL): boolean {
  const isPlain = (url.pathname === "" || url.pathname === "/") && url.search === "" && !url.hash;
  return /^(nats|tls):$/.test(url.protocol) && url.hostname !== "" && isPlain;
}

function loginOf(text: string): NatsLogin {
  const colon = text.indexOf(":");
  const [user, pass] = [text.slice(0, colon), text.slice(colon + 1)].map(decodeURIComponent);
  return pass === undefined || pass === "" ? { token: user ?? "" } : { user: user ?? "", pass };
}
