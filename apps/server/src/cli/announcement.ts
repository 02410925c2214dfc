import { authorityOf } from "../certificates/acme-settings.ts";
import type { Config } from "../config.ts";
import { isLoopback } from "../loopback.ts";
import { originOf } from "./origin-of.ts";
import type { DemoLink, Links } from "./supervised.ts";

/**
 * What is said once everything runs: the address, and what to do next.
 *
 * @param webBuild the name of the web app's build, where there is one
 */
export function announcement(
  config: Config,
  { demoLinks = [], firstAccountPath }: Links = {},
  webBuild: string | null = null,
) {
  const origin = originOf(config);
  const paragraphs = [
    `Ringfence runs at ${origin}`,
    demoLinks.length > 0
      ? demonstration(origin, demoLinks)
      : firstSteps(config, firstAccountPath && `${origin}${firstAccountPath}`),
    ...(isLoopback(config.host)
      ? closedIn(config)
      : [firewall(config), ...https(config), ...openDoor(config)]),
    ...otherServers(config),
    ...simulation(config),
    ...ownCertificate(config),
    ...(webBuild === null ? [] : [`The web app is build ${webBuild}: see docs/operations.md.`]),
    `Everything is kept in ${config.dataDirectory}. Ctrl-C stops the server.`,
  ];
  const text = paragraphs.join("\n\n").replaceAll(/^(?=.)/gm, "  ");
  return `\n${text}\n`;
}

/** A server without accounts has a link for the first one, whatever its rule for new accounts. */
function firstSteps({ signUp }: Config, firstAccountLink: string | undefined): string {
  const next = {
    open: "Whoever opens it can create an account.",
    "open-on-this-machine":
      "On this machine anybody can create an account; elsewhere people need an invitation, which\neverybody who is here can make in Messages, and you with `npx ringfence invite`.",
    invite:
      "People need an invitation, which everybody who is here can make in Messages, and you with\n`npx ringfence invite`.",
    closed: "Nobody else can create an account. You can let people in with `npx ringfence invite`.",
  }[signUp];
  if (firstAccountLink === undefined) return next;
  return `Create the first account, yours, with this link. It works once, within a week:
  ${firstAccountLink}
${next}`;
}

function demonstration(origin: string, links: readonly DemoLink[]): string {
  const [first, second] = links.map(({ handle, path }) => `${origin}${path}   (as @${handle})`);
  return `Two people are signed up who follow each other and may call each other.
  1. Open this in a browser:
     ${first}
  2. Open this in a private window or in another browser:
     ${second}
  3. Click "Video call" in one of them, and "Accept" in the other.
Each link works once, within a day. The next start prints new ones.`;
}

/** An authority asks for its terms to be agreed to, so the operator has to hear of it. */
function ownCertificate({ acme, port }: Config): string[] {
  if (acme === undefined) return [];
  const behind = port === 443 ? "" : `, which has to lead to port ${port} of this machine`;
  return [
    `The certificate for ${acme.names.join(", ")} comes by itself from ${authorityOf(acme)}.
Having set ACME_DOMAIN you agree to its terms of service; the log names them. It looks at
port 443 of each name${behind}. The first one takes some seconds; until then people see
a page that says so, and what is wrong stands in the log and in \`npx ringfence doctor\`.`,
  ];
}

function firewall({ port, publicPort, trustProxy }: Config): string {
  const beside =
    trustProxy === false ? "" : " This also holds behind a reverse proxy: it does not carry calls.";
  const forwarded =
    publicPort === port ? "" : ` Port ${publicPort} has to be forwarded to it, for both.`;
  return `For other devices, open port ${port} for TCP and UDP: calls take it too.${beside}${forwarded}
  ufw allow ${port}
  or: nft add rule inet filter input meta l4proto { tcp, udp } th dport ${port} accept`;
}

/** A reverse proxy brings people in from elsewhere, but not their calls. */
function closedIn({ host, publicOrigin, relayUrls }: Config): string[] {
  const isForOthers = publicOrigin !== undefined && !isLoopback(new URL(publicOrigin).hostname);
  if (!isForOthers || relayUrls !== undefined) return [];
  return [
    `HOST=${host} keeps calls on this machine, so people elsewhere can sign in but not call.
Leave HOST out, and open the port beside the reverse proxy.`,
  ];
}

/** Nothing here can tell whether relays of our own stand at named addresses: the doctor asks them. */
function otherServers({ relayUrls }: Config): string[] {
  if (relayUrls === undefined) return [];
  return [
    `RELAY_URLS sends calls over servers that this one does not choose among. Another program than
\`ringfence relay\` there, such as coturn, still hides people's addresses from each other, but it can be
made to send anywhere, lets media pass before the accept, does not hear when a call ends, and calls
stay where they are when it dies. See docs/operations.md, and try \`npx ringfence doctor\`.`,
  ];
}

function https(config: Config): string[] {
  if (originOf(config).startsWith("https:")) return [];
  return [
    `Browsers allow calls only over HTTPS, except at localhost: set ACME_DOMAIN to the name that
people type, or TLS_CERT and TLS_KEY, or PUBLIC_ORIGIN=https://... and TRUST_PROXY=1 behind a reverse proxy.`,
  ];
}

function simulation({ simulationCode }: Config): string[] {
  if (simulationCode === undefined) return [];
  return [
    `Whoever has the code of ALLOW_SIMULATION can fill this server with made-up people by
\`ringfence simulate\`, and one address may open any number of connections. Take it away afterwards.`,
  ];
}

function openDoor({ signUp }: Config): string[] {
  if (signUp !== "open") return [];
  return [
    `Whoever reaches this address can create an account. Leave SIGN_UP out to let people in by
invitation alone.`,
  ];
}
