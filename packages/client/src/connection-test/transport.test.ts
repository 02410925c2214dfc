import { expect, test } from "vitest";
import { transportOf } from "./transport.ts";

test.each([
  ["turn:calls.example.org:8480?transport=udp", "udp"],
  ["turn:calls.example.org:8480", "udp"],
  ["turn:[2001:db8::1]:8480?transport=tcp", "tcp"],
  ["turns:calls.example.org:8480?transport=tcp", "tls"],
])("a browser reaches %s over %s", (url, transport) => {
  expect(transportOf(url)).toBe(transport);
});
