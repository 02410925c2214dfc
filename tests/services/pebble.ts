import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { once } from "node:events";
import { expect } from "vitest";
import { freePort } from "../../apps/server/src/cli/test-free-port.ts";
import { firstCertificate } from "../../apps/server/src/http/test-certificates.ts";
import { hasProgram, runProgram } from "./own-program.ts";

const pebblePath = "/usr/bin/pebble";
const dnsPath = "/usr/bin/pebble-challtestsrv";
const patience = { timeout: 20_000, interval: 50 };

export const hasPebble = () => hasProgram(pebblePath, "pebble", "pebble");

export interface PebbleOptions {
  /** What stands for port 443 of every name. */
  readonly tlsPort: number;
  readonly certificateSeconds?: number;
  /** Names for which it gives no certificates, with all below them. */
  readonly refusedNames?: readonly string[];
}

/**
 * An authority of the tests' own that speaks ACME as Let's Encrypt does, with a DNS in which every
 * name leads to 127.0.0.1. Disposing of it leaves nothing.
 */
export interface Pebble extends AsyncDisposable {
  readonly directoryUrl: string;
  /** Of its own HTTPS, for NODE_EXTRA_CA_CERTS. */
  readonly rootPath: string;
  /** What signs its certificates, PEM. */
  certificateRoot(): Promise<string>;
  /** Lets a name lead elsewhere. */
  pointElsewhere(name: string, address: string): Promise<void>;
  /** What it wrote down. */
  said(): string;
  /** How many accounts were made. */
  accounts(): number;
  /** How many certificates were given. */
  certificates(): number;
}

export async function startPebble(options: PebbleOptions): Promise<Pebble> {
  const owned = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), "ringfence-pebble-"));
  owned.defer(() => rmSync(directory, { recursive: true, force: true }));
  const [port, managementPort, dnsPort, dnsManagementPort] = await freePorts();
  const rootPath = join(directory, "own.crt");
  writeFileSync(rootPath, firstCertificate.certificate);
  writeFileSync(join(directory, "own.key"), firstCertificate.key);
  const settings = {
    listenAddress: `127.0.0.1:${port}`,
    managementListenAddress: `127.0.0.1:${managementPort}`,
    certificate: rootPath,
    privateKey: join(directory, "own.key"),
    httpPort: 1,
    tlsPort: options.tlsPort,
    ocspResponderURL: "",
    externalAccountBindingRequired: false,
    domainBlocklist: options.refusedNames ?? [],
    certificateValidityPeriod: options.certificateSeconds ?? 90 * 24 * 60 * 60,
  };
  writeFileSync(join(directory, "pebble.json"), JSON.stringify({ pebble: settings }));
  const dns = owned.use(
    runProgram(
      dnsPath,
      Object.entries({
        "-dns01": `127.0.0.1:${dnsPort}`,
        "-management": `127.0.0.1:${dnsManagementPort}`,
        "-defaultIPv6": "",
        "-http01": "",
        "-https01": "",
        "-tlsalpn01": "",
      }).flat(),
      { directory },
    ),
  );
  const pebble = owned.use(
    runProgram(pebblePath, ["-config", "pebble.json", "-dnsserver", `127.0.0.1:${dnsPort}`], {
      directory,
      environment: { PEBBLE_VA_NOSLEEP: "1" },
    }),
  );
  const directoryUrl = `https://127.0.0.1:${port}/dir`;
  const isUp = () => ask(directoryUrl).catch(() => "");
  await expect
    .poll(isUp, patience)
    .toContain("newOrder")
    .catch((error: unknown) => {
      throw new Error(`pebble did not start:\n${pebble.said()}\n${dns.said()}`, { cause: error });
    });
  const count = (words: RegExp) => pebble.said().match(words)?.length ?? 0;
  return {
    directoryUrl,
    rootPath,
    certificateRoot: () => ask(`https://127.0.0.1:${managementPort}/roots/0`),
    async pointElsewhere(name, address) {
      const body = JSON.stringify({ host: name, addresses: [address] });
      const at = `http://127.0.0.1:${dnsManagementPort}/add-a`;
      const answer = await fetch(at, { method: "POST", body });
      expect(answer.status).toBe(200);
    },
    said: () => pebble.said(),
    accounts: () => count(/There are now \d+ accounts in memory/g),
    certificates: () => count(/Issued certificate serial/g),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function freePorts(): Promise<[number, number, number, number]> {
  return [await freePort(), await freePort(), await freePort(), await freePort()];
}

async function ask(url: string): Promise<string> {
  const sent = request(url, { ca: firstCertificate.certificate });
  const [answer] = await once(sent.end(), "response");
  return await text(answer);
}
