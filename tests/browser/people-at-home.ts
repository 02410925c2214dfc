import { type Browser, chromium } from "@playwright/test";
import type { NetworkNamespace } from "../network/network-namespace.ts";
import { type Laboratory, openLaboratory } from "../network/laboratory.ts";
import type { PathConditions } from "../network/path-queue.ts";
import { type TwoHomes, twoHomes } from "../network/two-homes.ts";
import { type ChromiumDevice, becomeCallable, chromiumDevice } from "./calling-device.ts";
import { chromiumArguments, chromiumPath } from "./chromium.ts";
import { openDevice } from "./people.ts";
import { type RunningServer, startServer } from "./server.ts";

/** Networks of Alice, of Bob, and of a server that both reach. */
interface Network extends AsyncDisposable {
  readonly alice: Pick<NetworkNamespace, "executable">;
  readonly bob: Pick<NetworkNamespace, "executable">;
  readonly server: NetworkNamespace;
  readonly serverAddress: string;
}

export interface PeopleIn<Net extends Network> extends AsyncDisposable {
  readonly net: Net;
  readonly alice: ChromiumDevice;
  readonly bob: ChromiumDevice;
  readonly server: RunningServer;
  /** Of the server: web, and the relay over UDP and TCP. */
  readonly port: number;
}

/** Alice and Bob behind a router each. */
export async function twoPeopleAtHome(): Promise<PeopleIn<TwoHomes>> {
  return settleIn(await twoHomes());
}

/** Alice and Bob at links that can be made worse. */
export async function twoPeopleInLaboratory(
  conditions: Partial<PathConditions>,
): Promise<PeopleIn<Laboratory>> {
  return settleIn(await openLaboratory(conditions));
}

/** Each with a Chromium of their own, and free to ring the other at a server in the open. */
async function settleIn<Net extends Network>(net: Net): Promise<PeopleIn<Net>> {
  await using opened = new AsyncDisposableStack();
  opened.use(net);
  const { serverAddress: host, server: network } = net;
  const spawn = network.spawn.bind(network);
  const server = opened.use(await startServer({ host, name: host, spawn }));
  const settle = async (home: Network["alice"], handle: string) => {
    const browser = opened.use(await launchIn(home, server.origin));
    return chromiumDevice(await openDevice(browser, server.origin, handle));
  };
  const [alice, bob] = await Promise.all([settle(net.alice, "alice"), settle(net.bob, "bob")]);
  await becomeCallable(alice, bob);
  const port = Number(new URL(server.origin).port);
  const owned = opened.move();
  const dispose = () => owned.disposeAsync();
  return { net, alice, bob, server, port, [Symbol.asyncDispose]: dispose };
}

/** A Chromium in a network, for which the server's origin is as good as HTTPS. */
function launchIn(home: Network["alice"], origin: string): Promise<Browser> {
  return chromium.launch({
    executablePath: home.executable(chromiumPath()),
    args: [...chromiumArguments, `--unsafely-treat-insecure-origin-as-secure=${origin}`],
  });
}
