import {
  type ConnectionTestSnapshot,
  type LiveResult,
  type PathResult,
  qualityOfPath,
  type ServerResult,
  type Transport,
  transports,
} from "@ringfence/client";

export interface Verdict {
  tone: "plain" | "attention" | "problem";
  what: string;
  /** What to do; null where there is nothing. */
  next: string | null;
}

type Tested = Omit<ConnectionTestSnapshot, "state">;

/** What the whole test means for calls. */
export function verdictOf({ server, live, paths }: Tested): Verdict {
  if (server.state === "failed") return serverVerdict(server.why);
  const working = transports.filter((transport) => paths[transport].state === "works");
  const [best] = working;
  if (best === undefined) return blockedVerdict(paths);
  if (live === "failed") {
    return {
      tone: "problem",
      what: "Calls would get through, but nobody can ring you here.",
      next: "The live connection does not stand. Turn off a VPN or a proxy if you use one, or try another network.",
    };
  }
  if (live === "outdated") {
    return {
      tone: "attention",
      what: "Calls get through. This page is out of date.",
      next: "Reload it, so that you can be rung here.",
    };
  }
  if (best !== "udp" && paths.udp.state !== "not-offered") {
    return {
      tone: "attention",
      what: "Calls work here, but not over UDP.",
      next: "This network, or a firewall before the server, blocks UDP. Sound may stutter when the network is busy; another network may be better.",
    };
  }
  return qualityVerdict(paths[best]);
}

function serverVerdict(why: Extract<ServerResult, { state: "failed" }>["why"]): Verdict {
  switch (why) {
    case "unreachable":
      return {
        tone: "problem",
        what: "The server does not answer.",
        next: "Check whether other pages open. If they do, the server may be down: try again later.",
      };
    case "no-relay":
      return {
        tone: "problem",
        what: "The server can carry no calls at the moment: its relay is not running.",
        next: "It is none of your doing. Try again in a minute, then tell whoever runs this server.",
      };
    case "too-often":
      return {
        tone: "attention",
        what: "You tested often within a short time.",
        next: "Wait a minute, then test again.",
      };
    case "refused":
      return {
        tone: "problem",
        what: "The server did not begin the test.",
        next: "Reload the page and test again. If it stays so, tell whoever runs this server.",
      };
  }
}

function blockedVerdict(paths: Tested["paths"]): Verdict {
  const isAnswered = transports.some((transport) => paths[transport].state === "no-media");
  return isAnswered
    ? {
        tone: "problem",
        what: "The relay answers, but no sound comes back.",
        next: "Try another network or browser. If others have it too, tell whoever runs this server.",
      }
    : {
        tone: "problem",
        what: "No call gets through from this network.",
        next: "Try another network, such as mobile data. If it is the same there, tell whoever runs this server: its port may be closed.",
      };
}

function qualityVerdict(path: PathResult): Verdict {
  if (path.state !== "works") throw new Error("only a path that works has a quality");
  switch (qualityOfPath(path)) {
    case "good":
      return { tone: "plain", what: "Calls get through well from here.", next: null };
    case "fair":
      return {
        tone: "attention",
        what: "Calls get through; this network is not steady.",
        next: "Come nearer to the Wi-Fi, or use a cable.",
      };
    case "poor":
      return {
        tone: "attention",
        what: "Calls get through, but this network is poor.",
        next: "Expect gaps. Call without pictures, come nearer to the Wi-Fi, or try another network.",
      };
  }
}

export function serverWords(result: ServerResult): string {
  switch (result.state) {
    case "waiting":
      return "";
    case "running":
      return "Asking…";
    case "works":
      return `Answers in ${Math.round(result.roundTripMs)} ms`;
    case "failed":
      return failureWords[result.why];
  }
}

const failureWords = {
  unreachable: "Does not answer",
  "no-relay": "Answers, but its relay is not running",
  "too-often": "Answers: wait a minute before you test again",
  refused: "Refuses the test",
} as const;

export function liveWords(result: LiveResult): string {
  switch (result) {
    case "waiting":
      return "";
    case "running":
      return "Looking…";
    case "works":
      return "Stands: calls can reach this page";
    case "outdated":
      return "This page is out of date: reload it";
    case "failed":
      return "Does not stand: nobody can ring you here";
  }
}

export function pathWords(result: PathResult): string {
  switch (result.state) {
    case "waiting":
      return "";
    case "running":
      return "Calling…";
    case "works":
      return `Works · ${Math.round(result.roundTripMs)} ms there and back · ${lossWords(result.loss)}`;
    case "no-relay":
      return "The relay does not answer this way";
    case "no-media":
      return "The relay answers, but no sound comes back";
    case "not-offered":
      return "This server does not offer it";
    case "not-tested":
      return "Not tested";
  }
}

function lossWords(loss: number): string {
  if (loss === 0) return "nothing lost";
  const percent = loss * 100;
  return `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} % lost`;
}

/** How many of its steps are over, and how many there are. */
export function progressOf({ server, live, paths }: Tested): { done: number; all: number } {
  const states = [server.state, live, ...transports.map((transport) => paths[transport].state)];
  const open = states.filter((state) => state === "waiting" || state === "running");
  return { done: states.length - open.length, all: states.length };
}

export const transportNames: Record<Transport, string> = {
  udp: "A call over UDP",
  tcp: "A call over TCP",
  tls: "A call over TLS",
};
