/** One end of an Internet socket, such as `127.0.0.1:8480` or `[::1]:8480`. */
type SocketEnd = string;

/** A system call on a socket, as strace saw it. */
export interface SystemCall {
  /** Such as `sendmmsg`. */
  readonly name: string;
  /** `UDP`, `TCPv6`, `NETLINK` and so on; empty where the call is not on a socket that is open. */
  readonly protocol: string;
  readonly local: SocketEnd;
  /** Empty where the socket is not connected. */
  readonly remote: SocketEnd;
  /** Those that the call itself names: sources of what was received, destinations of what was sent. */
  readonly named: readonly SocketEnd[];
  /** -1 where it failed. */
  readonly result: number;
}

/** What `readSystemCalls` reads. */
export const straceFlags = [
  "--follow-forks",
  "--quiet=all",
  // Both ends of every socket beside its number, every message of a batch, and no contents.
  "--decode-fds=all",
  "--no-abbrev",
  "--string-limit=0",
  "--trace=%network,read,readv,write,writev,io_uring_setup",
  // What goes through a ring is no system call: there shall be none.
  "--inject=io_uring_setup:error=ENOSYS",
] as const;

/** Reads what strace wrote, in the order in which the calls returned. */
export function readSystemCalls(log: string): SystemCall[] {
  return wholeLines(log).flatMap((line) => {
    const found = /^\d+ +(\w+)\((.*)\) += (-?\d+)/.exec(line);
    if (found === null) return [];
    const [, name = "", parameters = "", result = ""] = found;
    const socket = /^\d+<(\w+):\[(.*?)\]>/.exec(parameters);
    const [local = "", remote = ""] = socket?.[2]?.split("->") ?? [];
    const ends = { local, remote, named: socketEndsIn(parameters) };
    return [{ name, protocol: socket?.[1] ?? "", ...ends, result: Number(result) }];
  });
}

/** Puts a call together that another thread's calls cut in two. */
function wholeLines(log: string): string[] {
  const begun = new Map<string, string>();
  return log.split("\n").flatMap((line) => {
    const [thread = ""] = line.split(" ", 1);
    const unfinished = / <unfinished \.\.\.>$/.exec(line);
    if (unfinished !== null) {
      begun.set(thread, line.slice(0, unfinished.index));
      return [];
    }
    const resumed = /^\d+ +<\.\.\. \w+ resumed>/.exec(line);
    if (resumed === null) return [line];
    return [(begun.get(thread) ?? "") + line.slice(resumed[0].length)];
  });
}

const ipv4 = /sin_port=htons\((\d+)\), sin_addr=inet_addr\("([\d.]+)"\)/;
const ipv6 = /sin6_port=htons\((\d+)\), [^"]*inet_pton\(AF_INET6, "([\da-f:.]+)"/;

function socketEndsIn(parameters: string): SocketEnd[] {
  const each = new RegExp(`${ipv4.source}|${ipv6.source}`, "g");
  return [...parameters.matchAll(each)].map(([, port4, address4, port6, address6]) =>
    address4 === undefined ? `[${address6}]:${port6}` : `${address4}:${port4}`,
  );
}
