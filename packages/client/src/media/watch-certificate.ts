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
    if (expected === null) return;
    const shown = await certificateShownBy(transport, expected.algorithm);
    if (shown !== null && !sameFingerprint(shown, expected)) onWrong();
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

/**
 * The certificate that the other end has shown.
 *
 * @returns null where there is none yet or any more, or the browser does not show it
 */
export async function certificateShownBy(
  transport: RTCDtlsTransport,
  algorithm: Fingerprint["algorithm"],
): Promise<Fingerprint | null> {
  if (transport.state !== "connected") return null;
  const [certificate] = shownBy(transport);
  if (certificate === undefined) return null;
  const hash = new Uint8Array(await crypto.subtle.digest(digests[algorithm], certificate));
  return { algorithm, hash };
}

function shownBy(transport: RTCDtlsTransport): ArrayBuffer[] {
  return "getRemoteCertificates" in transport ? transport.getRemoteCertificates() : [];
}
