import { X509Certificate } from "node:crypto";
import type * as Acme from "acme-client";
import type { Authorization, Client, Order } from "acme-client";
import { serverLimits } from "../limits.ts";
import type { Wait } from "../push/wait.ts";
import { firstCertificateOf, makePrivateKey } from "./acme-folder.ts";
import type { AcmeSettings } from "./acme-settings.ts";
import { AcmeProblem, CertificateNotGoodError } from "./acme-trouble.ts";
import type { ChallengeCertificates } from "./challenge-certificates.ts";
import { isForNames, renewalAt } from "./renewal.ts";

export interface OrderParts {
  readonly settings: AcmeSettings;
  /** PEM. The authority knows its account by it: asking twice makes one account. */
  readonly accountKey: string;
  readonly challenges: ChallengeCertificates;
  readonly now: () => number;
  readonly wait: Wait;
  readonly signal: AbortSignal;
  readonly log: { info(fields: object, message: string): void };
}

/** Both PEM, the chain with the server's own certificate first. */
export interface KeyAndChain {
  readonly key: string;
  readonly chain: string;
}

type AcmeClient = typeof Acme;

/** The one way that needs no port but ours, and no access to the DNS. */
const challengeType: string = "tls-alpn-01";

/**
 * Has the names of the settings proven by TLS-ALPN-01 (RFC 8737) and a certificate made out to them,
 * for a key that is new.
 *
 * @throws AcmeProblem; an error of the network or of files
 */
export async function orderCertificate(parts: OrderParts): Promise<KeyAndChain> {
  const { settings, accountKey, log } = parts;
  // Not before it is needed: most servers are started with a certificate that is good for weeks.
  const acme = await import("acme-client");
  takeOverRequests(acme.axios, parts.signal);
  const client = new acme.Client({ directoryUrl: settings.directoryUrl, accountKey });
  const terms: unknown = await client.getTermsOfServiceUrl();
  log.info({ terms: typeof terms === "string" ? terms : "none" }, "asking for a certificate");
  await client.createAccount({
    termsOfServiceAgreed: true,
    ...(settings.email !== undefined && { contact: [`mailto:${settings.email}`] }),
  });
  const identifiers = settings.names.map((value) => ({ type: "dns", value }));
  const order = await client.createOrder({ identifiers });
  await proveNames(acme, client, order, parts);
  const key = makePrivateKey();
  const [, request] = await acme.crypto.createCsr({ altNames: [...settings.names] }, key);
  const ready = await untilIt(parts, async () => {
    const { status } = await client.getOrder(order);
    return status === "pending" || status === "processing" ? undefined : status;
  });
  if (ready === "ready") await client.finalizeOrder(order, request);
  const done = await untilIt(parts, async () => {
    const current = await client.getOrder(order);
    return current.status === "processing" || current.status === "ready" ? undefined : current;
  });
  if (done.status !== "valid")
    throw new AcmeProblem("orderNotReady", `The order is ${done.status}.`);
  const chain = await client.getCertificate(done);
  assertGood(chain, parts);
  return { key, chain };
}

/** One name after the other, so that what fails is known by its name. */
async function proveNames(
  acme: AcmeClient,
  client: Client,
  order: Order,
  parts: OrderParts,
): Promise<void> {
  for (const authorization of await client.getAuthorizations(order)) {
    // RFC 8555 §7.1.3: one that was proven lately is not proven again.
    if (authorization.status !== "valid")
      await proveName(acme, client, order, authorization, parts);
  }
}

async function proveName(
  acme: AcmeClient,
  client: Client,
  order: Order,
  authorization: Authorization,
  parts: OrderParts,
): Promise<void> {
  const name = authorization.identifier.value;
  const challenge = challengeOf(authorization);
  if (challenge === undefined) {
    throw new AcmeProblem("unsupportedIdentifier", `There is no ${challengeType} for it.`);
  }
  const keyAuthorization = await client.getChallengeKeyAuthorization(challenge);
  const challengeKey = makePrivateKey();
  const [, certificate] = await acme.crypto.createAlpnCertificate(
    authorization,
    keyAuthorization,
    challengeKey,
  );
  using _ = parts.challenges.answer(name, { certificate: String(certificate), key: challengeKey });
  await client.completeChallenge(challenge);
  await untilIt(parts, async () => {
    const all = await client.getAuthorizations(order);
    const current = all.find(({ url }) => url === authorization.url);
    if (current?.status === "valid") return true;
    if (current?.status === "pending") return undefined;
    throw problemIn(current && challengeOf(current)?.error, { domain: name });
  });
}

function challengeOf({ challenges }: Authorization) {
  return challenges.find(({ type }) => type === challengeType);
}

/** Asks again until there is an answer, with longer and longer waits. */
async function untilIt<Answer>(
  { wait, signal }: OrderParts,
  ask: () => Promise<Answer | undefined>,
): Promise<Answer> {
  const { acmePollMsMin, acmePollMsMax, acmePollsMax } = serverLimits;
  let waitMs: number = acmePollMsMin;
  for (let polls = 1; polls <= acmePollsMax; polls++) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await wait(waitMs, signal);
    signal.throwIfAborted();
    waitMs = Math.min(waitMs * 2, acmePollMsMax);
  }
  throw new AcmeProblem("serverInternal", "It did not come to an end in time.");
}

/**
 * The library says of a failure its text alone, and sleeps where it is told to come back later, for
 * days if need be. Both are done by what stands between its requests and its answers, so that is
 * taken away: here the whole answer is read, and waiting is the caller's.
 */
function takeOverRequests({ interceptors }: AcmeClient["axios"], signal: AbortSignal): void {
  interceptors.request.clear();
  interceptors.response.clear();
  interceptors.request.use((request) => {
    request.signal = signal;
    request.timeout = serverLimits.acmeRequestTimeoutMs;
    request.maxContentLength = serverLimits.acmeAnswerBytesMax;
    return request;
  });
  interceptors.response.use((answer) => {
    const { status, headers, data } = answer;
    if (status < 400) return answer;
    const problem = problemIn(data, { status, retryAfterMs: retryAfterOf(headers["retry-after"]) });
    // RFC 8555 §6.5: it is a matter of course, and the library asks again.
    if (problem.type === "badNonce") return answer;
    throw problem;
  });
}

/** RFC 8555 §6.7; what is no such document is told by its status. */
function problemIn(
  problem: unknown,
  of: { domain?: string; status?: number; retryAfterMs?: number },
): AcmeProblem {
  const { type, detail } = Object(problem) as { type?: unknown; detail?: unknown };
  const isOfAuthority = typeof type === "string" && type.startsWith("urn:ietf:params:acme:error:");
  return new AcmeProblem(
    isOfAuthority ? type : typeOfStatus(of.status ?? 0),
    typeof detail === "string" && detail !== "" ? detail : `It answered with ${of.status}.`,
    of,
  );
}

function typeOfStatus(status: number): string {
  if (status === 429) return "rateLimited";
  return status >= 500 ? "serverInternal" : "malformed";
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function retryAfterOf(header: unknown): number {
  if (typeof header !== "string") return 0;
  const seconds = /^\d{1,9}$/.test(header)
    ? Number(header)
    : (Date.parse(header) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1_000) : 0;
}

/** One that is due at once would be asked for again and again. */
function assertGood(chain: string, { settings, now }: OrderParts): void {
  const certificate = new X509Certificate(firstCertificateOf(chain));
  const isGood =
    isForNames(certificate, settings.names) &&
    certificate.validFromDate.getTime() <= now() &&
    renewalAt(certificate, 1) > now();
  if (!isGood) throw new CertificateNotGoodError();
}
