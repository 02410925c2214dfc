import { SimulationError } from "./errors.ts";
import { simulationLimits } from "./limits.ts";
import { callsPerSecondMax, type MixName, mixes } from "./mix.ts";

/** What was typed behind `ringfence simulate`. */
export interface TypedSimulation {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
}

export interface SimulationOptions {
  readonly origin: string;
  /** ALLOW_SIMULATION, the same as the server's. */
  readonly code: string;
  readonly people: number;
  readonly callsPerSecond: number;
  readonly minutes: number;
  /** Of the calls, 0 to 1. */
  readonly mediaShare: number;
  readonly mix: MixName;
  readonly seed: number;
  /** The token of an invitation, for the first of them. */
  readonly invitation: string | undefined;
  readonly metricsToken: string | undefined;
  readonly isJson: boolean;
  /** Only removes what an earlier simulation left. */
  readonly isCleaning: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws SimulationError `usage`, `insecure-target`, `not-allowed` where there is no code */
export function readOptions(typed: TypedSimulation, environment: Environment): SimulationOptions {
  const { flags, values } = typed;
  const { peopleMin, peopleMax, minutesMax } = simulationLimits;
  const people = wholeIn(values, "people", 50, peopleMin, peopleMax);
  const rateMax = Math.min(simulationLimits.callsPerSecondMax, callsPerSecondMax(people));
  const rate = numberIn(values, "rate", Math.min(1, rateMax), 0.01, rateMax, () => {
    return `--rate is at most ${shown(rateMax)} calls a second with --people ${people}: a person may ring so often a minute, and no more`;
  });
  return {
    origin: originOf(values.get("target")),
    code: codeOf(environment["ALLOW_SIMULATION"]),
    people,
    callsPerSecond: rate,
    minutes: numberIn(values, "minutes", 1, 0.05, minutesMax),
    mediaShare: numberIn(values, "media", 0.05, 0, 1),
    mix: mixOf(values.get("mix") ?? "default"),
    seed: wholeIn(values, "seed", 1, 0, 2 ** 32 - 1),
    invitation: values.get("invitation")?.replace(/^.*#/, ""),
    metricsToken: values.get("metrics-token") ?? environment["METRICS_TOKEN"],
    isJson: flags.has("json"),
    isCleaning: flags.has("clean"),
  };
}

function originOf(typed: string | undefined): string {
  const url = URL.parse(typed ?? "");
  if (url === null || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) {
    throw usage("--target is the server's address, such as --target https://calls.example.org");
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw new SimulationError(
      "insecure-target",
      `Passwords and the code of the simulation would go to ${url.hostname} in the clear. Aim at an https: address, or run this on the server's own machine.`,
    );
  }
  return url.origin;
}

/** Whether a host name is this machine's own, whoever says it. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function codeOf(code: string | undefined): string {
  if (code !== undefined && code.length >= simulationLimits.codeCharactersMin) return code;
  throw new SimulationError(
    "not-allowed",
    "A simulation needs the server's consent. Start the server with ALLOW_SIMULATION set to a code that is hard to guess, such as the output of `openssl rand -hex 16`, and run this with the same setting, or in the directory of the same .env.",
  );
}

function mixOf(typed: string): MixName {
  if (Object.hasOwn(mixes, typed)) return typed as MixName;
  throw usage(`--mix is one of ${Object.keys(mixes).join(" and ")}`);
}

function wholeIn(
  values: ReadonlyMap<string, string>,
  name: string,
  usual: number,
  least: number,
  most: number,
): number {
  const value = numberIn(values, name, usual, least, most);
  if (!Number.isInteger(value)) throw usage(`--${name} is a whole number`);
  return value;
}

function numberIn(
  values: ReadonlyMap<string, string>,
  name: string,
  usual: number,
  least: number,
  most: number,
  tooMany = () => `--${name} is a number from ${shown(least)} to ${shown(most)}`,
): number {
  const typed = values.get(name);
  if (typed === undefined) return usual;
  const value = /^\d+(?:\.\d+)?$/.test(typed) ? Number(typed) : Number.NaN;
  if (value > most) throw usage(tooMany());
  if (value >= least) return value;
  throw usage(`--${name} is a number from ${shown(least)} to ${shown(most)}`);
}

function shown(value: number): string {
  return String(Math.floor(value * 100) / 100);
}

function usage(what: string): SimulationError {
  return new SimulationError("usage", `${what}. See \`ringfence --help\`.`);
}
