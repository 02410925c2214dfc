import { expect, test } from "vitest";
import { shellLimits } from "../limits.ts";
import { fiveTuple } from "../turn/five-tuple.ts";
import { KnownClients } from "./known-clients.ts";

const endpoint = "udp 192.0.2.1";

test("a client has one five-tuple, by its address and its port", () => {
  const clients = new KnownClients(endpoint);
  const tuple = clients.tupleOf("198.51.100.7", 5_000);
  expect(tuple).toEqual(fiveTuple("udp", endpoint, "198.51.100.7", 5_000));
  expect(clients.tupleOf("198.51.100.7", 5_000)).toBe(tuple);
  expect(clients.tupleOf("198.51.100.7", 5_001).port).toBe(5_001);
  expect(clients.tupleOf("2001:db8::7", 5_000).address).toBe("2001:db8::7");
});

test("strangers without end take no more memory than the limit, and are told apart all the same", () => {
  const clients = new KnownClients(endpoint);
  for (let number = 0; number < 3 * shellLimits.knownClientsMax; number++) {
    const [address, port] = [`2001:db8::${(number % 1_000).toString(16)}`, 1 + (number % 65_000)];
    expect(clients.tupleOf(address, port)).toMatchObject({ address, port });
    expect(clients.count).toBeLessThanOrEqual(shellLimits.knownClientsMax);
  }
});
