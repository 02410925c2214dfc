import { expect, test } from "vitest";
import { parseNatsAddress } from "./nats-address.ts";

const one = { servers: ["bus.example.org:4222"], isEncrypted: false, login: null };

test.each([
  ["nats://bus.example.org", one],
  ["nats://bus.example.org:4222/", one],
  ["tls://bus.example.org:4443", { ...one, servers: ["bus.example.org:4443"], isEncrypted: true }],
  ["nats://[::1]:4222", { ...one, servers: ["[::1]:4222"] }],
  ["nats://ann:se%40cret@bus.example.org", { ...one, login: { user: "ann", pass: "se@cret" } }],
  ["nats://se%3Acret@bus.example.org", { ...one, login: { token: "se:cret" } }],
  [
    "nats://ann:secret@one.example.org, nats://two.example.org:5222",
    {
      servers: ["one.example.org:4222", "two.example.org:5222"],
      isEncrypted: false,
      login: { user: "ann", pass: "secret" },
    },
  ],
])("%s", (text, address) => {
  expect(parseNatsAddress(text)).toEqual(address);
});

test.each([
  "bus.example.org:4222",
  "https://bus.example.org",
  "nats://",
  "nats://bus.example.org/subject",
  "nats://bus.example.org,",
  "nats://one.example.org,tls://two.example.org",
  "nats://ann:a@one.example.org,nats://ann:b@two.example.org",
])("%s is no address of NATS", (text) => {
  expect(parseNatsAddress(text)).toBeNull();
});
