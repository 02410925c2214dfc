import { isIP } from "node:net";
import { z } from "zod";
import { type NatsAddress, parseNatsAddress } from "./bus/nats/nats-address.ts";
import { acmeContradictions, acmeSettingsOf, acmeShape } from "./certificates/acme-config.ts";
import { type AcmeSettings, acmeFolder, certificateFile } from "./certificates/acme-settings.ts";
import { trustProxySetting } from "./http/trust-proxy-setting.ts";
import type { TrustProxy } from "./http/trusted-proxy.ts";
import { OperatorError } from "./operator-error.ts";

/** Everything that an operator decides, read once. */
export interface Config {
  /** The address to listen on; `::` is every address of both families. */
  readonly host: string;
  /** One number for TCP (web, API, relay) and UDP (relay). */
  readonly port: number;
  /** The number under which the others reach it; another one where a router forwards ports. */
  readonly publicPort: number;
  /** The origin that browsers see, such as `https://calls.example.org`. */
  readonly publicOrigin: string | undefined;
  readonly dataDirectory: string;
  /** Of an operator's own PostgreSQL; undefined: everything is kept in the data directory. */
  readonly databaseUrl: string | undefined;
  readonly tls: TlsFiles | undefined;
  /** What carries the words of several servers that share one database. */
  readonly nats: NatsAddress | undefined;
  /** Where the files of `tls` come from, when this server gets them itself. */
  readonly acme: AcmeSettings | undefined;
  /** Set for every process that `ringfence start` supervises. */
  readonly relaySecret: string | undefined;
  /** The private key of pushes, P-256 in base64url. Set for every process under `ringfence start`. */
  readonly vapidKey: string | undefined;
  /** Origins of push services besides those of the browsers. */
  readonly pushServices: readonly string[];
  /** `turn:` and `turns:` addresses to give to browsers in place of this server's own. */
  readonly relayUrls: readonly string[] | undefined;
  /** Where browsers find the relay of this very machine; none: at `publicOrigin` and `port`. */
  readonly relayPublicUrls: readonly string[];
  /** Which group this machine and its relay belong to, of several that are far from each other. */
  readonly relayGroup: string | undefined;
  /** WebSocket addresses of other servers, beside this one, that command this machine's relay. */
  readonly relayControlUrls: readonly string[];
  /** The unix socket over which TURN frames that reach the web port are passed to the relay. */
  readonly relayBridgePath: string | undefined;
  readonly relayDataPath: RelayDataPath;
  readonly signUp: SignUpRule;
  /** How long a finished call stands in a thread. 0: not at all. */
  readonly callRecordDays: number;
  /** Whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. */
  readonly trustProxy: TrustProxy;
  /** Whoever names it may read `/metrics` from elsewhere. */
  readonly metricsToken: string | undefined;
  /** Whoever names it simulates people here, who count as addresses of their own. */
  readonly simulationCode: string | undefined;
  readonly logLevel: LogLevel;
}

/**
 * Who may create an account. `open-on-this-machine`, the rule where none is set: browsers on this
 * machine may, everybody else needs an invitation.
 */
export type SignUpRule = "open" | "invite" | "closed" | "open-on-this-machine";

/** Paths of PEM files. */
export interface TlsFiles {
  readonly certificatePath: string;
  readonly keyPath: string;
}

/** What the relay's own process is told. */
export interface RelaySettings {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
  /** WebSocket addresses of the applications that command this relay; none when it runs alone. */
  readonly controlUrls: readonly string[];
  /** `turn:` and `turns:` addresses at which browsers find it; none: where the web server is. */
  readonly publicUrls: readonly string[];
  readonly group: string | undefined;
  /** The unix socket over which a server hands TCP clients over; without it the relay has its own. */
  readonly bridgeSocketPath?: string;
  readonly dataPath: RelayDataPath;
  readonly logLevel: LogLevel;
}

export type Environment = Readonly<Record<string, string | undefined>>;
export type LogLevel = z.infer<typeof LogLevel>;
/** How a relay moves packets; `automatic` takes the faster way that works on this machine. */
export type RelayDataPath = z.infer<typeof RelayDataPath>;

const callRecordDaysMax = 3_650;
const relaySecretCharactersMin = 16;
const relayPublicUrlsMax = 8;
const metricsTokenCharactersMin = 16;
const simulationCodeCharactersMin = 16;
const demoDefaults = { HOST: "127.0.0.1", DATA_DIR: "./data-demo" };

const LogLevel = z.enum(
  ["silent", "fatal", "error", "warn", "info", "debug", "trace"],
  "LOG_LEVEL is one of silent, fatal, error, warn, info, debug and trace.",
);

const RelayDataPath = z.enum(
  ["automatic", "batched", "portable"],
  "RELAY_DATA_PATH is automatic, batched or portable.",
);

const port = z
  .string()
  .refine((text) => isWholeNumber(text, 1, 65_535), "PORT is a number from 1 to 65535.")
  .transform(Number);

const host = z
  .string()
  .refine(
    (text) => text === "localhost" || isIP(text) !== 0,
    "HOST is an address of this machine, such as 127.0.0.1 or 192.168.1.20, or :: for all of them. The name that people type belongs in PUBLIC_ORIGIN.",
  );

const relaySecret = z
  .string()
  .min(
    relaySecretCharactersMin,
    `RELAY_SECRET has at least ${relaySecretCharactersMin} characters, hard to guess.`,
  );

/** RFC 6750 §2.1: what can stand in `Authorization: Bearer`. */
const metricsToken = z
  .string()
  .refine(
    (text) => text.length >= metricsTokenCharactersMin && /^[A-Za-z0-9._~+/-]+=*$/.test(text),
    `METRICS_TOKEN has at least ${metricsTokenCharactersMin} letters, digits or characters of -._~+/, hard to guess.`,
  );

const simulationCode = z
  .string()
  .refine(
    (text) => text.length >= simulationCodeCharactersMin && /^[\w.~-]+$/.test(text),
    `ALLOW_SIMULATION is a code of at least ${simulationCodeCharactersMin} letters, digits or characters of -._~, hard to guess.`,
  );

const publicOriginText = z
  .string()
  .refine(isOrigin, "PUBLIC_ORIGIN is what people type, without a path: https://calls.example.org")
  .transform((text) => new URL(text).origin);

const turnAddress = /^turns?:(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?(\?transport=(udp|tcp))?$/i;

/** What `pg` and PostgreSQL's own programs take; the rest of it is theirs to judge. */
const databaseUrl = z
  .string()
  .refine(
    (text) => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text),
    "DATABASE_URL is the address of a PostgreSQL, such as postgres://ringfence:password@localhost:5432/ringfence",
  );

const relayUrls = listOf(
  turnAddress,
  "RELAY_URLS is a list with commas of addresses such as turn:relay.example.org:3478?transport=udp",
);

const relayPublicUrls = listOf(
  turnAddress,
  "RELAY_PUBLIC_URLS is a list with commas of addresses such as turn:relay1.example.org:8480?transport=udp",
).refine(
  (urls) => urls.length <= relayPublicUrlsMax,
  `RELAY_PUBLIC_URLS has at most ${relayPublicUrlsMax} addresses.`,
);

const relayGroup = z
  .string()
  .regex(
    /^[\w.-]{1,64}$/,
    "RELAY_GROUP is a name such as europe: letters, digits and -_. only, at most 64.",
  );

const pushServices = listOf(
  /^https:\/\/(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?\/?$/i,
  "PUSH_SERVICES is a list with commas of origins such as https://push.example.org",
);

const controlUrls = listOf(
  /^wss?:\/\/(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?\/relay-control$/i,
  "RELAY_CONTROL is a list with commas of addresses such as wss://calls.example.org/relay-control",
);

const natsUrl = z.string().transform((text, context) => {
  const address = parseNatsAddress(text);
  if (address !== null) return address;
  context.addIssue(
    "NATS_URL is an address such as nats://user:password@bus.example.org:4222, or several with commas; tls:// where the way to it is encrypted.",
  );
  return z.NEVER;
});

const relayShape = {
  HOST: host.default("::"),
  PORT: port.default(8480),
  LOG_LEVEL: LogLevel.default("info"),
  RELAY_BRIDGE: z.string().optional(),
  RELAY_DATA_PATH: RelayDataPath.default("automatic"),
  RELAY_PUBLIC_URLS: relayPublicUrls.default([]),
  RELAY_GROUP: relayGroup.optional(),
  RELAY_CONTROL: controlUrls.default([]),
};

const ServerSettings = z.object({
  ...relayShape,
  PUBLIC_ORIGIN: publicOriginText.optional(),
  DATA_DIR: z.string().default("./data"),
  DATABASE_URL: databaseUrl.optional(),
  TLS_CERT: z.string().optional(),
  TLS_KEY: z.string().optional(),
  NATS_URL: natsUrl.optional(),
  ...acmeShape,
  RELAY_SECRET: relaySecret.optional(),
  RELAY_URLS: relayUrls.optional(),
  VAPID_KEY: z.string().optional(),
  PUSH_SERVICES: pushServices
    .transform((origins) => origins.map((origin) => new URL(origin).origin))
    .default([]),
  SIGN_UP: z.enum(["open", "invite", "closed"], "SIGN_UP is open, invite or closed.").optional(),
  CALL_RECORD_DAYS: z
    .string()
    .refine(
      (text) => isWholeNumber(text, 0, callRecordDaysMax),
      `CALL_RECORD_DAYS is a number of days from 0 to ${callRecordDaysMax}.`,
    )
    .transform(Number)
    .default(30),
  TRUST_PROXY: trustProxySetting.default(false),
  METRICS_TOKEN: metricsToken.optional(),
  ALLOW_SIMULATION: simulationCode.optional(),
});
type ServerSettings = z.infer<typeof ServerSettings>;

const SettingsOfRelay = z.object({
  ...relayShape,
  RELAY_SECRET: z.string("A relay needs the RELAY_SECRET of its server.").pipe(relaySecret),
});

/**
 * The settings of the server.
 *
 * @param options.demo another default address and data directory, so that a demonstration neither
 *   shows itself to a network nor touches real data
 * @throws OperatorError `config`, with one sentence for each setting that is wrong
 */
export function readConfig(environment: Environment, options?: { demo?: boolean }): Config {
  const defaults = options?.demo === true ? demoDefaults : {};
  const given = { ...defaults, ...withoutBlanks(environment) };
  const settings = parse(ServerSettings, given);
  refuse([...contradictions(settings), ...acmeContradictions(settings, given)]);
  const acme = acmeSettingsOf(settings);
  // An authority has come to the first name on port 443 (RFC 8737 §3), so browsers can too.
  const publicOrigin = settings.PUBLIC_ORIGIN ?? (acme && `https://${acme.names[0]}`);
  return Object.freeze({
    host: settings.HOST,
    port: settings.PORT,
    publicPort: acme === undefined ? settings.PORT : portOf(publicOrigin ?? ""),
    publicOrigin,
    dataDirectory: settings.DATA_DIR,
    databaseUrl: settings.DATABASE_URL,
    nats: settings.NATS_URL,
    tls: tlsFilesOf(settings, acme),
    acme,
    relaySecret: settings.RELAY_SECRET,
    vapidKey: settings.VAPID_KEY,
    pushServices: settings.PUSH_SERVICES,
    relayUrls: settings.RELAY_URLS,
    relayPublicUrls: settings.RELAY_PUBLIC_URLS,
    relayGroup: settings.RELAY_GROUP,
    relayControlUrls: settings.RELAY_CONTROL,
    relayBridgePath: settings.RELAY_BRIDGE,
    relayDataPath: settings.RELAY_DATA_PATH,
    signUp: settings.SIGN_UP ?? "open-on-this-machine",
    callRecordDays: settings.CALL_RECORD_DAYS,
    trustProxy: settings.TRUST_PROXY,
    metricsToken: settings.METRICS_TOKEN,
    simulationCode: settings.ALLOW_SIMULATION,
    logLevel: settings.LOG_LEVEL,
  });
}

/**
 * The settings of a relay, supervised or alone.
 *
 * @throws OperatorError `config`
 */
export function readRelaySettings(environment: Environment): RelaySettings {
  const settings = parse(SettingsOfRelay, withoutBlanks(environment));
  return Object.freeze({
    host: settings.HOST,
    port: settings.PORT,
    secret: settings.RELAY_SECRET,
    controlUrls: settings.RELAY_CONTROL,
    publicUrls: settings.RELAY_PUBLIC_URLS,
    group: settings.RELAY_GROUP,
    ...(settings.RELAY_BRIDGE !== undefined && { bridgeSocketPath: settings.RELAY_BRIDGE }),
    dataPath: settings.RELAY_DATA_PATH,
    logLevel: settings.LOG_LEVEL,
  });
}

function tlsFilesOf(
  settings: ServerSettings,
  acme: AcmeSettings | undefined,
): TlsFiles | undefined {
  if (acme !== undefined) {
    const path = certificateFile(acmeFolder(settings.DATA_DIR, acme));
    return Object.freeze({ certificatePath: path, keyPath: path });
  }
  if (settings.TLS_CERT === undefined || settings.TLS_KEY === undefined) return undefined;
  return Object.freeze({ certificatePath: settings.TLS_CERT, keyPath: settings.TLS_KEY });
}

function contradictions(settings: ServerSettings): string[] {
  const found: string[] = [];
  const { TLS_CERT: certificate, TLS_KEY: key, PUBLIC_ORIGIN } = settings;
  const hasAcme = settings.ACME_DOMAIN !== undefined;
  const hasTls = hasAcme || (certificate !== undefined && key !== undefined);
  if ((certificate === undefined) !== (key === undefined)) {
    found.push("TLS_CERT and TLS_KEY belong together: set both, or neither.");
  }
  if (hasTls && PUBLIC_ORIGIN?.startsWith("http:") === true) {
    found.push(
      `PUBLIC_ORIGIN begins with http: but ${hasAcme ? "ACME_DOMAIN" : "TLS_CERT"} is set: write https: there.`,
    );
  }
  if (!hasTls && settings.TRUST_PROXY === false && PUBLIC_ORIGIN?.startsWith("https:") === true) {
    found.push(
      "PUBLIC_ORIGIN begins with https: but nothing speaks TLS: set ACME_DOMAIN, or TLS_CERT and TLS_KEY, or TRUST_PROXY=1 when a reverse proxy in front of this server does.",
    );
  }
  if (settings.RELAY_URLS !== undefined && settings.RELAY_SECRET === undefined) {
    found.push("RELAY_URLS names relays of your own: set RELAY_SECRET to the secret they use.");
  }
  if (settings.NATS_URL !== undefined && settings.DATABASE_URL === undefined) {
    found.push(
      "NATS_URL joins servers that share one database: set DATABASE_URL to that, or remove NATS_URL.",
    );
  }
  if (settings.RELAY_URLS !== undefined && settings.RELAY_PUBLIC_URLS.length > 0) {
    found.push(
      "RELAY_URLS sends every call to other servers, RELAY_PUBLIC_URLS to the relay of this machine: remove one of the two.",
    );
  }
  if (settings.RELAY_CONTROL.length > 0 && settings.RELAY_PUBLIC_URLS.length === 0) {
    found.push(
      "RELAY_CONTROL lists other servers that share this machine's relay: set RELAY_PUBLIC_URLS to where browsers find it, or they would look for it at the address that all servers share.",
    );
  }
  return found;
}

function parse<Output>(schema: z.ZodType<Output>, given: Environment): Output {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new OperatorError("config", parsed.error.issues.map(({ message }) => message).join("\n"));
}

function refuse(sentences: readonly string[]): void {
  if (sentences.length > 0) throw new OperatorError("config", sentences.join("\n"));
}

/** `NAME=` in a file or a container means "not set". */
function withoutBlanks(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment)
      .map(([name, text]) => [name, text?.trim()] as const)
      .filter(([, text]) => text !== undefined && text !== ""),
  );
}

function listOf(pattern: RegExp, message: string) {
  return z
    .string()
    .transform((text) => text.split(",").map((entry) => entry.trim()))
    .pipe(z.array(z.string().regex(pattern, message)));
}

/** Whatever an origin does not name is that of its scheme. */
function portOf(origin: string): number {
  const { port: named, protocol } = new URL(origin);
  return named === "" ? (protocol === "https:" ? 443 : 80) : Number(named);
}

function isWholeNumber(text: string, min: number, max: number): boolean {
  return /^\d{1,6}$/.test(text) && Number(text) >= min && Number(text) <= max;
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
}
