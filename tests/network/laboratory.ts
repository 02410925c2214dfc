import { setTimeout as wait } from "node:timers/promises";
import { NetworkNamespace } from "./network-namespace.ts";
import { type PathConditions, clearPath } from "./path-queue.ts";
import { RouterProcess } from "./router-process.ts";
import type { RouterLink } from "./user-space-router.ts";

/**
 * Two people with a link each to a server in the open, by a router that does to their packets what it
 * is told:
 *
 *     alice 198.18.1.1 --+
 *                        +-- router -- 198.18.0.1 server
 *     bob   198.18.2.1 --+
 *
 *     await using lab = await openLaboratory({ oneWayMs: 50 });
 *     const browser = await chromium.launch({ executablePath: lab.alice.executable(chromiumPath()) });
 *     await lab.alice.cut();
 *     await lab.alice.restore();
 *     await lab.alice.changeAddress();
 *
 * Each of the three, and the router, is a network namespace. All of it is IPv4, of the range that is
 * set aside for measurements (RFC 2544 §C.2.2). It needs what `twoHomes` needs, and /dev/net/tun;
 * `whyNoLaboratory` says what is missing. This machine's own network is left as it is.
 */
export interface Laboratory extends AsyncDisposable {
  readonly alice: LinkedHost;
  readonly bob: LinkedHost;
  readonly server: NetworkNamespace;
  readonly serverAddress: string;
}

/** Each promise resolves when what was asked for holds. */
export interface LinkedHost extends Pick<NetworkNamespace, "spawn" | "run" | "executable"> {
  readonly address: string;
  /** Changes how the link treats packets, in each direction, and leaves what is not named. */
  change(conditions: Partial<PathConditions>): Promise<void>;
  /** From now on nothing comes through, or nothing of TCP; what is under way is lost. */
  cut(what?: "everything" | "tcp"): Promise<void>;
  /** What was cut comes through again. */
  restore(): Promise<void>;
  /** Nothing comes through for so long; resolves at its end. */
  cutFor(ms: number): Promise<void>;
  /**
   * The interface gets another address and loses the one it had, as a telephone does that leaves its
   * Wi-Fi. Sockets of the old one stay as they are and reach nobody any more.
   */
  changeAddress(): Promise<void>;
}

const serverAddress = "198.18.0.1";
/** Not "tun" and a number: browsers overlook such. */
const interfaceName = "wlan0";
const links = {
  server: { device: "server", network: [198, 18, 0] },
  alice: { device: "alice", network: [198, 18, 1] },
  bob: { device: "bob", network: [198, 18, 2] },
} as const satisfies Record<string, RouterLink>;

/** @param conditions of both links; what is not named does nothing to a packet */
export async function openLaboratory(
  conditions: Partial<PathConditions> = {},
): Promise<Laboratory> {
  await using opened = new AsyncDisposableStack();
  const open = async () => opened.use(await NetworkNamespace.open());
  const [server, alicesNetwork, bobsNetwork, internet] = [
    await open(),
    await open(),
    await open(),
    await open(),
  ];
  const router = await RouterProcess.start(internet, Object.values(links));
  await connect(internet, links.server, server, serverAddress);
  const settle = async (network: NetworkNamespace, link: RouterLink) => {
    await connect(internet, link, network, addressIn(link, 1));
    const host = new Host(network, link, router);
    await host.change(conditions);
    return host;
  };
  const alice = await settle(alicesNetwork, links.alice);
  const bob = await settle(bobsNetwork, links.bob);
  const owned = opened.move();
  const dispose = () => owned.disposeAsync();
  return { alice, bob, server, serverAddress, [Symbol.asyncDispose]: dispose };
}

/** Brings the end of a link to where it belongs: everything that leaves there leaves by it. */
async function connect(
  internet: NetworkNamespace,
  { device }: RouterLink,
  network: NetworkNamespace,
  address: string,
): Promise<void> {
  await internet.configure([`link set ${device} netns ${network.processId}`]);
  await network.configure([
    `link set ${device} name ${interfaceName}`,
    `addr add ${address}/32 dev ${interfaceName}`,
    `link set ${interfaceName} up`,
    `route add default dev ${interfaceName}`,
  ]);
}

function addressIn({ network }: RouterLink, host: number): string {
  return [...network, host].join(".");
}

class Host implements LinkedHost {
  readonly spawn: NetworkNamespace["spawn"];
  readonly run: NetworkNamespace["run"];
  readonly executable: NetworkNamespace["executable"];
  readonly #network: NetworkNamespace;
  readonly #link: RouterLink;
  readonly #router: RouterProcess;
  #conditions: PathConditions = clearPath;
  #addressesHad = 1;

  constructor(network: NetworkNamespace, link: RouterLink, router: RouterProcess) {
    this.spawn = network.spawn.bind(network);
    this.run = network.run.bind(network);
    this.executable = network.executable.bind(network);
    this.#network = network;
    this.#link = link;
    this.#router = router;
  }

  get address(): string {
    return addressIn(this.#link, this.#addressesHad);
  }

  async change(conditions: Partial<PathConditions>): Promise<void> {
    this.#conditions = { ...this.#conditions, ...conditions };
    await this.#router.obey({ device: this.#link.device, conditions: this.#conditions });
  }

  cut(what: "everything" | "tcp" = "everything"): Promise<void> {
    return this.change({ cut: what });
  }

  restore(): Promise<void> {
    return this.change({ cut: "nothing" });
  }

  async cutFor(ms: number): Promise<void> {
    await this.cut();
    await wait(ms);
    await this.restore();
  }

  async changeAddress(): Promise<void> {
    const { address: old } = this;
    this.#addressesHad++;
    // The other way round the route would go with the last address.
    await this.#network.configure([
      `addr add ${this.address}/32 dev ${interfaceName}`,
      `addr del ${old}/32 dev ${interfaceName}`,
    ]);
  }
}
