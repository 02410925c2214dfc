import { describe, expect, test } from "vitest";
import { relayUrls } from "./relay-urls.ts";

const plain = { urls: undefined, publicOrigin: undefined, port: 8480, hasTls: false };

describe("a browser is sent to the relay", () => {
  test.each([
    {
      why: "where it reached the web server",
      host: "calls.example.org",
      place: plain,
      urls: [
        "turn:calls.example.org:8480?transport=udp",
        "turn:calls.example.org:8480?transport=tcp",
      ],
    },
    {
      why: "by the address that it asked for, of either family",
      host: "[2001:db8::1]",
      place: plain,
      urls: ["turn:[2001:db8::1]:8480?transport=udp", "turn:[2001:db8::1]:8480?transport=tcp"],
    },
    {
      why: "by the name that people type, whatever this browser asked for",
      host: "10.0.0.2",
      place: { ...plain, publicOrigin: "https://calls.example.org", hasTls: true },
      urls: [
        "turn:calls.example.org:8480?transport=udp",
        "turn:calls.example.org:8480?transport=tcp",
        "turns:calls.example.org:8480?transport=tcp",
      ],
    },
    {
      why: "on its own machine by an address, and for TLS by the name that Firefox insists on",
      host: "localhost",
      place: { ...plain, hasTls: true },
      urls: [
        "turn:127.0.0.1:8480?transport=udp",
        "turn:127.0.0.1:8480?transport=tcp",
        "turns:localhost:8480?transport=tcp",
      ],
    },
    {
      why: "that the operator named, and to no other",
      host: "localhost",
      place: { ...plain, urls: ["turn:relay.example.org"], hasTls: true },
      urls: ["turn:relay.example.org"],
    },
  ])("$why", ({ host, place, urls }) => {
    expect(relayUrls(host, place)).toEqual(urls);
  });
});
