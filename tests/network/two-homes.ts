import { watchAddresses } from "./addresses-seen.ts";
import { NetworkNamespace } from "./network-namespace.ts";
import { routerRules } from "./router-rules.ts";

/**
 * Two homes behind a router each, as most people live, and a server in the open:
 *
 *     alice 192.168.10.2 -- 192.168.10.1 router 198.51.100.10 --+
 *                                                               +-- 198.51.100.1 server
 *     bob   192.168.20.2 -- 192.168.20.1 router 198.51.100.20 --+
 *
 * Each of the five is a network namespace. The routers translate addresses and let in nothing that
 * was not asked for from inside; a port keeps its number where it is free, so that two homes that
 * each send first find to one another. All of it is IPv4.
 *
 *     await using net = await twoHomes();
 *     const child = net.alice.spawn("curl", [`http://${net.serverAddress}/`]);
 *     const browser = await chromium.launch({ executablePath: net.bob.executable(chromiumPath()) });
 *
 * It needs Linux, root, and the programs of util-linux, iproute2 and nftables; `whyNoTwoHomes` says
 * what is missing. This machine's own network is left as it is.
 */
export interface TwoHomes extends AsyncDisposable {
  readonly alice: Home;
  readonly bob: Home;
  readonly server: NetworkNamespace;
  readonly serverAddress: string;
}

export interface Home extends Pick<NetworkNamespace, "spawn" | "run" | "executable"> {
  /** What its own machines know it by. */
  readonly address: string;
  readonly routerAddress: string;
  /** What everybody else knows it by. */
  readonly publicAddress: string;
  /** Every address that stood in the header of a packet, of either direction. */
  addressesSeen(): Promise<string[]>;
}

interface HomePlan {
  readonly name: string;
  readonly address: string;
  readonly routerAddress: string;
  readonly publicAddress: string;
}

const serverAddress = "198.51.100.1";
const alicesHome: HomePlan = {
  name: "alice",
  address: "192.168.10.2",
  routerAddress: "192.168.10.1",
  publicAddress: "198.51.100.10",
};
const bobsHome: HomePlan = {
  name: "bob",
  address: "192.168.20.2",
  routerAddress: "192.168.20.1",
  publicAddress: "198.51.100.20",
};

export async function twoHomes(): Promise<TwoHomes> {
  await using opened = new AsyncDisposableStack();
  const open = async () => opened.use(await NetworkNamespace.open());
  const server = await open();
  await server.configure([
    "link add name internet type bridge",
    `addr add ${serverAddress}/24 dev internet`,
    "link set internet up",
  ]);
  const build = async (plan: HomePlan) => buildHome(plan, await open(), await open(), server);
  const [alice, bob] = [await build(alicesHome), await build(bobsHome)];
  const owned = opened.move();
  const dispose = () => owned.disposeAsync();
  return { alice, bob, server, serverAddress, [Symbol.asyncDispose]: dispose };
}

async function buildHome(
  { name, address, routerAddress, publicAddress }: HomePlan,
  home: NetworkNamespace,
  router: NetworkNamespace,
  internet: NetworkNamespace,
): Promise<Home> {
  await router.configure([
    `link add name lan type veth peer name lan netns ${home.processId}`,
    `link add name wan type veth peer name ${name} netns ${internet.processId}`,
    `addr add ${routerAddress}/24 dev lan`,
    `addr add ${publicAddress}/24 dev wan`,
    "link set lan up",
    "link set wan up",
  ]);
  await internet.configure([`link set ${name} master internet up`]);
  await home.configure([
    `addr add ${address}/24 dev lan`,
    "link set lan up",
    `route add default via ${routerAddress}`,
  ]);
  await router.run("nft", ["-f", "-"], routerRules);
  await router.run("sh", ["-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"]);
  return {
    address,
    routerAddress,
    publicAddress,
    spawn: home.spawn.bind(home),
    run: home.run.bind(home),
    executable: home.executable.bind(home),
    addressesSeen: await watchAddresses(home),
  };
}
