import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { describe, expect, it } from "vitest";
import { usage } from "./cli/usage.ts";
import { readConfig, readRelaySettings } from "./config.ts";
import { parseNatsAddress } from "./bus/nats/nats-address.ts";
import { OperatorError } from "./operator-error.ts";

function refusalOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof OperatorError && error.code === "config") return error.message;
    throw error;
  }
  return "";
}

const byAcme = { ACME_DOMAIN: "calls.example.org, talk.example.org" };

describe("the settings of the server", () => {
  it("are complete without a single one given", () => {
    expect(readConfig({})).toEqual({
      host: "::",
      port: 8480,
      publicPort: 8480,
      publicOrigin: undefined,
      dataDirectory: "./data",
      tls: undefined,
      relaySecret: undefined,
      vapidKey: undefined,
      pushServices: [],
      relayUrls: undefined,
      relayPublicUrls: [],
      relayGroup: undefined,
      relayControlUrls: [],
      relayBridgePath: undefined,
      relayDataPath: "automatic",
      signUp: "open-on-this-machine",
      callRecordDays: 30,
      trustProxy: false,
      logLevel: "info",
    });
  });

  it("cannot be changed once read", () => {
    expect(Object.isFrozen(readConfig({}))).toBe(true);
  });

  it("keep a demonstration on this machine and away from the real data", () => {
    expect(readConfig({}, { demo: true })).toMatchObject({
      host: "127.0.0.1",
      dataDirectory: "./data-demo",
    });
    expect(readConfig({ HOST: "::", DATA_DIR: "/d" }, { demo: true })).toMatchObject({
      host: "::",
      dataDirectory: "/d",
    });
  });

  it("treat a blank as not set", () => {
    expect(readConfig({ PORT: " ", HOST: "", TLS_CERT: "", TLS_KEY: "" })).toEqual(readConfig({}));
  });

  it("are read as they are meant", () => {
    const config = readConfig({
      HOST: "127.0.0.1",
      PORT: "443",
      PUBLIC_ORIGIN: "https://Calls.example.org/",
      TLS_CERT: "/c.pem",
      TLS_KEY: "/k.pem",
      RELAY_SECRET: "a secret of some length",
      RELAY_URLS: "turn:relay.example.org:3478?transport=udp, turns:relay.example.org",
      PUSH_SERVICES: "https://Push.example.org, https://[::1]:8443/",
      SIGN_UP: "closed",
      CALL_RECORD_DAYS: "0",
      TRUST_PROXY: "1",
      LOG_LEVEL: "warn",
    });
    expect(config).toMatchObject({
      port: 443,
      publicOrigin: "https://calls.example.org",
      tls: { certificatePath: "/c.pem", keyPath: "/k.pem" },
      relayUrls: ["turn:relay.example.org:3478?transport=udp", "turns:relay.example.org"],
      pushServices: ["https://push.example.org", "https://[::1]:8443"],
      signUp: "closed",
      callRecordDays: 0,
      trustProxy: true,
      logLevel: "warn",
    });
  });

  it.each([
    [{ PORT: "0" }, "PORT is a number from 1 to 65535."],
    [{ PORT: "65536" }, "PORT is a number"],
    [{ PORT: "8480x" }, "PORT is a number"],
    [{ PORT: "8e3" }, "PORT is a number"],
    [{ HOST: "calls.example.org" }, "belongs in PUBLIC_ORIGIN"],
    [{ HOST: "127.0.0.1:8480" }, "HOST is an address"],
    [{ PUBLIC_ORIGIN: "calls.example.org" }, "PUBLIC_ORIGIN is what people type"],
    [{ PUBLIC_ORIGIN: "https://calls.example.org/path" }, "without a path"],
    [{ PUBLIC_ORIGIN: "https://me:pw@calls.example.org" }, "PUBLIC_ORIGIN is what people type"],
    [{ PUBLIC_ORIGIN: "ftp://calls.example.org" }, "PUBLIC_ORIGIN is what people type"],
    [{ TLS_CERT: "/c.pem" }, "set both, or neither"],
    [{ TLS_KEY: "/k.pem" }, "set both, or neither"],
    [{ RELAY_SECRET: "short" }, "RELAY_SECRET has at least 16 characters"],
    [{ RELAY_URLS: "relay.example.org" }, "RELAY_URLS is a list"],
    [{ RELAY_URLS: "turn:relay.example.org:3478" }, "set RELAY_SECRET"],
    [{ RELAY_CONTROL: "ws://10.0.0.2:8480/relay-control" }, "set RELAY_PUBLIC_URLS"],
    [{ RELAY_PUBLIC_URLS: "https://relay.example.org" }, "RELAY_PUBLIC_URLS is a list"],
    [{ RELAY_PUBLIC_URLS: Array(9).fill("turn:r.example").join(",") }, "at most 8"],
    [
      { RELAY_URLS: "turn:a.example", RELAY_PUBLIC_URLS: "turn:b.example" },
      "remove one of the two",
    ],
    [{ RELAY_GROUP: "the north" }, "RELAY_GROUP is a name"],
    [{ PUSH_SERVICES: "http://push.example.org" }, "PUSH_SERVICES is a list"],
    [{ PUSH_SERVICES: "https://push.example.org/path" }, "PUSH_SERVICES is a list"],
    [{ RELAY_DATA_PATH: "fast" }, "RELAY_DATA_PATH is automatic, batched or portable."],
    [{ SIGN_UP: "ajar" }, "SIGN_UP is open, invite or closed"],
    [{ CALL_RECORD_DAYS: "-1" }, "CALL_RECORD_DAYS is a number"],
    [{ CALL_RECORD_DAYS: "4000" }, "CALL_RECORD_DAYS is a number"],
    [{ TRUST_PROXY: "10.0.0.0/8" }, "TRUST_PROXY is 1, 0, or the addresses"],
    [{ TRUST_PROXY: "1, 10.0.0.5" }, "TRUST_PROXY is 1, 0, or the addresses"],
    [{ TRUST_PROXY: "proxy" }, "TRUST_PROXY is 1, 0, or the addresses"],
    [{ LOG_LEVEL: "loud" }, "LOG_LEVEL is one of"],
    [{ METRICS_TOKEN: "short" }, "METRICS_TOKEN has at least 16"],
    [{ ALLOW_SIMULATION: "1" }, "ALLOW_SIMULATION is a code of at least 16"],
    [{ METRICS_TOKEN: "a token with blanks in it" }, "METRICS_TOKEN has at least 16"],
    [{ PUBLIC_ORIGIN: "https://calls.example.org" }, "nothing speaks TLS"],
    [
      { PUBLIC_ORIGIN: "http://calls.example.org", TLS_CERT: "/c", TLS_KEY: "/k" },
      "write https: there",
    ],
    [
      { DATABASE_URL: "mysql://localhost/ringfence" },
      "DATABASE_URL is the address of a PostgreSQL",
    ],
    [{ NATS_URL: "nats://localhost" }, "NATS_URL joins servers that share one database"],
    [{ NATS_URL: "https://localhost" }, "NATS_URL is an address such as nats://"],
    [{ ACME_DOMAIN: "localhost" }, "ACME_DOMAIN is the name that people type"],
    [{ ACME_DOMAIN: "203.0.113.7" }, "ACME_DOMAIN is the name that people type"],
    [{ ACME_DOMAIN: "*.example.org" }, "names with * get no certificate"],
    [{ ACME_DOMAIN: "a.example.org,,b.example.org" }, "ACME_DOMAIN is the name that people type"],
    [{ ACME_EMAIL: "you@example.org" }, "ACME_EMAIL does nothing without ACME_DOMAIN"],
    [{ ...byAcme, ACME_EMAIL: "nobody" }, "ACME_EMAIL is one address of yours"],
    [{ ...byAcme, ACME_DIRECTORY: "http://127.0.0.1/dir" }, "ACME_DIRECTORY is the address"],
    [{ ...byAcme, TLS_CERT: "/c", TLS_KEY: "/k" }, "remove TLS_CERT and TLS_KEY"],
    [{ ...byAcme, TRUST_PROXY: "1" }, "without a reverse proxy"],
    [{ ...byAcme, NATS_URL: "nats://localhost" }, "ACME_DOMAIN is for one server"],
    [{ ...byAcme, PUBLIC_ORIGIN: "https://other.example.org" }, "not in ACME_DOMAIN"],
    [{ ...byAcme, PUBLIC_ORIGIN: "http://calls.example.org" }, "write https: there"],
  ])("stop the start when they are wrong: %o", (environment, sentence) => {
    expect(refusalOf(() => readConfig(environment))).toContain(sentence);
  });

  describe("with ACME_DOMAIN", () => {
    it("have the certificate in the data directory, key and chain in one file", () => {
      const { acme, tls } = readConfig({ ...byAcme, DATA_DIR: "/d" });
      expect(acme?.directoryUrl).toBe("https://acme-v02.api.letsencrypt.org/directory");
      expect(tls?.certificatePath).toMatch(
        /^\/d\/acme\/acme-v02\.api\.letsencrypt\.org-[\da-f]{8}\/certificate\.pem$/,
      );
      expect(tls?.keyPath).toBe(tls?.certificatePath);
    });

    it("have another folder for another authority", () => {
      const other = { ...byAcme, ACME_DIRECTORY: "https://acme-v02.api.letsencrypt.org/other" };
      expect(readConfig(other).tls).not.toEqual(readConfig(byAcme).tls);
    });

    it.each([
      { more: {}, origin: "https://calls.example.org", publicPort: 443 },
      { more: { PORT: "8443" }, origin: "https://calls.example.org", publicPort: 443 },
      {
        more: { PORT: "8443", PUBLIC_ORIGIN: "https://talk.example.org:8443" },
        origin: "https://talk.example.org:8443",
        publicPort: 8443,
      },
    ])("are reached where the authority came, or as said: $origin", (row) => {
      const { publicOrigin, publicPort } = readConfig({ ...byAcme, ...row.more });
      expect({ publicOrigin, publicPort }).toEqual({
        publicOrigin: row.origin,
        publicPort: row.publicPort,
      });
    });

    it("take names in any case, and each once", () => {
      const names = readConfig({ ACME_DOMAIN: "Calls.example.org, calls.example.org" }).acme?.names;
      expect(names).toEqual(["calls.example.org"]);
    });
  });

  it("name everything that is wrong at once", () => {
    const refusal = refusalOf(() => readConfig({ PORT: "x", LOG_LEVEL: "x", TRUST_PROXY: "x" }));
    expect(refusal.split("\n")).toHaveLength(3);
  });

  it("allow an https origin behind a trusted proxy", () => {
    const environment = { PUBLIC_ORIGIN: "https://calls.example.org", TRUST_PROXY: "true" };
    expect(readConfig(environment).publicOrigin).toBe("https://calls.example.org");
  });
});

describe("the settings of a relay", () => {
  it("need the secret of its server", () => {
    expect(refusalOf(() => readRelaySettings({}))).toBe(
      "A relay needs the RELAY_SECRET of its server.",
    );
  });

  it("name the servers that command it, or none", () => {
    const alone = { RELAY_SECRET: "a secret of some length" };
    expect(readRelaySettings(alone).controlUrls).toEqual([]);
    const commanded = {
      ...alone,
      RELAY_CONTROL: "ws://[::1]:8480/relay-control,wss://calls.example.org/relay-control",
    };
    expect(readRelaySettings(commanded).controlUrls).toEqual([
      "ws://[::1]:8480/relay-control",
      "wss://calls.example.org/relay-control",
    ]);
  });

  it("refuse a control address that leads elsewhere", () => {
    const environment = { RELAY_SECRET: "a secret of some length", RELAY_CONTROL: "http://x/" };
    expect(refusalOf(() => readRelaySettings(environment))).toContain("RELAY_CONTROL is a list");
  });
});

describe(".env.example", () => {
  const text = readFileSync(new URL("../../../.env.example", import.meta.url), "utf8");
  const settings = parseEnv(text.replaceAll(/^# (?=[A-Z_]+=)/gm, ""));

  it("changes nothing as it is", () => {
    expect(parseEnv(text)).toEqual({});
  });

  it("describes the settings that the command line names, and no others", () => {
    const named = usage
      .match(/^ {2}([A-Z_]+)(, [A-Z_]+)?(?= )/gm)
      ?.flatMap((names) => names.trim().split(", "));
    expect(Object.keys(settings).toSorted()).toEqual(named?.toSorted());
  });

  it("gives examples that are accepted together", () => {
    // The certificate comes one way or the other, and relays are our own or another program's.
    const { RELAY_URLS, ACME_DOMAIN, ACME_EMAIL, ACME_DIRECTORY, ...ofOneOrMany } = settings;
    // A server among several has its certificate from the load balancer.
    const { NATS_URL, ...byFiles } = ofOneOrMany;
    expect(parseNatsAddress(NATS_URL ?? "")).not.toBeNull();
    const { TLS_CERT: _, TLS_KEY: __, ...others } = byFiles;
    const RELAY_SECRET = "a secret of some length";
    expect(readConfig({ ...byFiles, RELAY_SECRET }).relayPublicUrls).toHaveLength(2);
    expect(readConfig({ RELAY_SECRET, RELAY_URLS }).relayUrls).toHaveLength(1);
    const byItself = { ...others, ACME_DOMAIN, ACME_EMAIL, ACME_DIRECTORY, RELAY_SECRET };
    expect(readConfig(byItself).acme).toEqual(readConfig({ ACME_DOMAIN, ACME_EMAIL }).acme);
    const { RELAY_CONTROL, RELAY_PUBLIC_URLS } = settings;
    const ofRelay = { RELAY_SECRET, RELAY_CONTROL, RELAY_PUBLIC_URLS };
    expect(readRelaySettings(ofRelay).controlUrls).toHaveLength(1);
  });

  it("shows what holds when nothing is set", () => {
    const { HOST, PORT, DATA_DIR, CALL_RECORD_DAYS, TRUST_PROXY, LOG_LEVEL } = settings;
    const { RELAY_DATA_PATH } = settings;
    const shown = { HOST, PORT, DATA_DIR, CALL_RECORD_DAYS, TRUST_PROXY, LOG_LEVEL };
    expect(readConfig({ ...shown, RELAY_DATA_PATH })).toEqual(readConfig({}));
  });
});
