import { type Fingerprint, sameFingerprint } from "@ringfence/e2ee";

/** The digest of a certificate, by the name that RFC 8122 §5 gives the hash. */
const digests = { "sha-256": "SHA-256", "sha-384": "SHA-384", "sha-512": "SHA-512" } as const;

/**
 * Holds the certificate that the other end has shown against the signed one, after every change of
 * DTLS: a browser that is given another description agrees on new keys without a word. Where the
 * browser does not show it, it has compared the two itself (RFC 8827 §5.6.1).
 *
 * @param signed what the description names that was taken last; null before there is one
 */
export function watchCertificate(
  connection: RTCPeerConnection,
  signed: () => Fingerprint | null,
  onWrong: () => void,
): void {
  const watched = new Set<RTCDtlsTransport>();
  const look = async (transport: RTCDtlsTransport) => {
    const expected = signed();
    if (transport.state !== "connected" || expected === null) return;
    const [certificate] = shownBy(transport);
    if (certificate === undefined) return;
    const hash = new Uint8Array(
      await crypto.subtle.digest(digests[expected.algorithm], certificate),
    );
    if (!sameFingerprint({ algorithm: expected.algorithm, hash }, expected)) onWrong();
  };
  // All sections are of one bundle, so that the channel's transport is everybody's.
  const follow = () => {
    const transport = connection.sctp?.transport;
    if (transport === undefined) return;
    if (!watched.has(transport)) {
      watched.add(transport);
      transport.addEventListener("statechange", () => void look(transport));
    }
    void look(transport);
  };
  connection.addEventListener("signalingstatechange", follow);
  connection.addEventListener("connectionstatechange", follow);
}

function shownBy(transport: RTCDtlsTransport): ArrayBuffer[] {
  return "getRemoteCertificates" in transport ? transport.getRemoteCertificates() : [];
}
