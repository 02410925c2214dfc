import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

const attemptsMax = 20;

/** A number that is free for TCP and for UDP now. Nobody holds it until a server does. */
export async function freePort(): Promise<number> {
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const tcp = createServer().listen(0, "127.0.0.1");
    await once(tcp, "listening");
    const address = tcp.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const isFree = port !== undefined && (await isFreeForUdp(port));
    tcp.close();
    await once(tcp, "close");
    if (isFree) return port;
  }
  throw new Error(`no port was free for TCP and UDP in ${attemptsMax} attempts`);
}

async function isFreeForUdp(port: number): Promise<boolean> {
  const udp = createSocket("udp4");
  const { promise, resolve } = Promise.withResolvers<boolean>();
  udp.once("error", () => resolve(false));
  udp.bind(port, "127.0.0.1", () => resolve(true));
  const isFree = await promise;
  udp.close();
  return isFree;
}
