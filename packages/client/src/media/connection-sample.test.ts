import { describe, expect, it } from "vitest";
import { readConnectionSample } from "./connection-sample.ts";

/** As a browser hands them over: by their ids. */
function report(...entries: (Record<string, unknown> & { id: string })[]) {
  return new Map<string, unknown>(entries.map((entry) => [entry.id, entry]));
}

const transport = {
  id: "T",
  type: "transport",
  tlsVersion: "FEFC",
  dtlsCipher: "TLS_AES_128_GCM_SHA256",
  srtpCipher: "AEAD_AES_128_GCM",
  selectedCandidatePairId: "P2",
  localCertificateId: "C1",
  remoteCertificateId: "C2",
};
const certificates = ["C1", "C2"].map((id) => ({
  id,
  type: "certificate",
  fingerprint: `${id}:0a`,
  fingerprintAlgorithm: "SHA-256",
}));
const pairs = [
  { id: "P1", type: "candidate-pair", localCandidateId: "H", remoteCandidateId: "O" },
  { id: "P2", type: "candidate-pair", localCandidateId: "R", remoteCandidateId: "O" },
];
const candidates = [
  { id: "H", type: "local-candidate", candidateType: "host", address: "192.168.1.5" },
  {
    id: "R",
    type: "local-candidate",
    candidateType: "relay",
    address: "203.0.113.9",
    relayProtocol: "tls",
  },
  { id: "O", type: "remote-candidate", candidateType: "prflx", address: "203.0.113.10" },
];

describe("a sample of a connection", () => {
  it("tells the pair in use, the versions, the ciphers and both certificates", () => {
    const all = report(transport, ...certificates, ...pairs, ...candidates);
    expect(readConnectionSample(all)).toEqual({
      path: { own: "relay", other: "prflx", relayProtocol: "tls", ownAddress: "203.0.113.9" },
      dtlsVersion: "1.3",
      dtlsCipher: "TLS_AES_128_GCM_SHA256",
      srtpCipher: "AEAD_AES_128_GCM",
      ownCertificate: "sha-256 C1:0A",
      otherCertificate: "sha-256 C2:0A",
    });
  });

  it("goes by the pair's own mark where the browser says nothing of its transport", () => {
    const [first, second] = pairs;
    if (first === undefined || second === undefined) throw new Error("there are two");
    const all = report({ ...first, selected: true }, { ...second, selected: false }, ...candidates);
    expect(readConnectionSample(all)).toEqual({
      path: { own: "host", other: "prflx", relayProtocol: null, ownAddress: "192.168.1.5" },
      dtlsVersion: null,
      dtlsCipher: null,
      srtpCipher: null,
      ownCertificate: null,
      otherCertificate: null,
    });
  });

  it("claims nothing of a version that it does not know, nor before there is a pair", () => {
    const early = { ...transport, tlsVersion: "FFFF", selectedCandidatePairId: undefined };
    expect(readConnectionSample(report(early))).toMatchObject({ path: null, dtlsVersion: null });
  });

  it("claims no address that the browser keeps to itself", () => {
    const hidden = { ...candidates[0], id: "R", candidateType: "host", address: "" };
    const all = report(transport, ...pairs, hidden, ...candidates.slice(2));
    expect(readConnectionSample(all).path).toMatchObject({ own: "host", ownAddress: null });
  });
});
