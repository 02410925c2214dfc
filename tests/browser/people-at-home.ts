import { type Browser, chromium } from "@playwright/test";
import { type Home, type TwoHomes, twoHomes } from "../network/two-homes.ts";
import { type CallingDevice, becomeCallable, chromiumDevice } from "./calling-device.ts";
import { chromiumArguments, chromiumPath } from "./chromium.ts";
import { openDevice } from "./people.ts";
import { startServer } from "./server.ts";

export interface PeopleAtHome extends AsyncDisposable {
  readonly net: TwoHomes;
  readonly alice: CallingDevice;
  readonly bob: CallingDevice;
  /** Of the server: web, and the relay over UDP and TCP. */
  readonly port: number;
}

/** Alice and Bob, each with a Chromium at home, who may ring each other at a server in the open. */
export async function twoPeopleAtHome(): Promise<PeopleAtHome> {
  await using opened = new AsyncDisposableStack();
  const net = opened.use(await twoHomes());
  const { serverAddress: host, server: network } = net;
  const spawn = network.spawn.bind(network);
  const { origin } = opened.use(await startServer({ host, name: host, spawn }));
  const settle = async (home: Home, handle: string) => {
    const browser = opened.use(await launchIn(home, origin));
    return chromiumDevice(await openDevice(browser, origin, handle));
  };
  const [alice, bob] = await Promise.all([settle(net.alice, "alice"), settle(net.bob, "bob")]);
  await becomeCallable(alice, bob);
  const port = Number(new URL(origin).port);
  const owned = opened.move();
  return { net, alice, bob, port, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** A Chromium in a home, for which the server's origin is as good as HTTPS. */
function launchIn(home: Home, origin: string): Promise<Browser> {
  return chromium.launch({
    executablePath: home.executable(chromiumPath()),
    args: [...chromiumArguments, `--unsafely-treat-insecure-origin-as-secure=${origin}`],
  });
}
