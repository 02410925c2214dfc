import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { type LinkedHost, openLaboratory } from "./laboratory.ts";
import { whyNoLaboratory } from "./why-no-two-homes.ts";

const obstacle = await whyNoLaboratory();
if (obstacle !== null) console.warn(`Networks are not made worse here: ${obstacle}`);

const echoPort = 7;
/** Answers everything as it came, by whichever way. */
const echo = `
  const { createSocket } = require("node:dgram");
  const udp = createSocket("udp4").on("message", (text, { port, address }) => udp.send(text, port, address));
  const tcp = require("node:net").createServer((socket) => socket.pipe(socket));
  udp.bind(${echoPort}, () => tcp.listen(${echoPort}, () => console.log("ready")));`;

/** @returns `echo` in a laboratory */
async function openEcho(...given: Parameters<typeof openLaboratory>) {
  const lab = await openLaboratory(...given);
  const server = lab.server.spawn(process.execPath, ["-e", echo], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (server.stdout === null) throw new Error("no output");
  for await (const _line of createInterface(server.stdout)) break;
  return lab;
}

/** Asks with a datagram from a fresh socket, again and again until one is answered. @returns in ms */
function ask(host: LinkedHost, serverAddress: string, withinMs: number): Promise<number | null> {
  const asking = `
    const socket = require("node:dgram").createSocket("udp4");
    const end = (result) => { process.stdout.write(String(result)); process.exit(); };
    setTimeout(end, ${withinMs}, "");
    socket.on("message", (sentAt) => end(performance.now() - Number(sentAt)));
    const send = () => socket.send(String(performance.now()), ${echoPort}, "${serverAddress}");
    setInterval(send, 10);`;
  return host
    .run(process.execPath, ["-e", asking])
    .then((said) => (said === "" ? null : Number(said)));
}

test.skipIf(obstacle !== null)("a packet takes the delay of the link there and back", async () => {
  await using lab = await openEcho({ oneWayMs: 50 });
  const { alice, bob, serverAddress } = lab;
  expect(await ask(alice, serverAddress, 5_000)).toBeGreaterThanOrEqual(100);
  await bob.change({ oneWayMs: 200 });
  expect(await ask(bob, serverAddress, 5_000)).toBeGreaterThanOrEqual(400);
});

test.skipIf(obstacle !== null)(
  "a link that is cut lets nothing through until it is restored, and leaves the other's alone",
  async () => {
    await using lab = await openEcho();
    const { alice, bob, serverAddress } = lab;
    await alice.cut();
    expect(await ask(alice, serverAddress, 300)).toBeNull();
    expect(await ask(bob, serverAddress, 5_000)).not.toBeNull();
    await alice.cut("tcp");
    expect(await ask(alice, serverAddress, 5_000)).not.toBeNull();
    await alice.cut();
    await alice.restore();
    expect(await ask(alice, serverAddress, 5_000)).not.toBeNull();
  },
);

test.skipIf(obstacle !== null)(
  "a host whose address changes is reached by the new one alone",
  async () => {
    await using lab = await openEcho();
    const { alice, serverAddress } = lab;
    const before = alice.address;
    await alice.changeAddress();
    expect(alice.address).not.toBe(before);
    expect(await ask(alice, serverAddress, 5_000)).not.toBeNull();
    const addresses = await alice.run("ip", ["-4", "-brief", "address"]);
    expect(addresses).toContain(alice.address);
    expect(addresses).not.toContain(before);
  },
);
