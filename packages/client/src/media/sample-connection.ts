import { type Fingerprint, formatFingerprint } from "@ringfence/e2ee";
import { type ConnectionSample, readConnectionSample } from "./connection-sample.ts";
import { certificateShownBy } from "./watch-certificate.ts";

/**
 * Looks at a connection for the receipt of its call.
 *
 * @param signed what the other end signed of its certificate; null before that was heard
 */
export async function sampleConnection(
  connection: RTCPeerConnection,
  signed: Fingerprint | null,
): Promise<ConnectionSample> {
  const { sctp } = connection;
  const algorithm = signed?.algorithm ?? "sha-256";
  // Chromium 156 remembers what certificates there were when it was asked first, which may be too soon.
  const [shown, report] = await Promise.all([
    sctp ? certificateShownBy(sctp.transport, algorithm) : null,
    connection.getStats(),
  ]);
  const sample = readConnectionSample(report);
  return shown === null ? sample : { ...sample, otherCertificate: formatFingerprint(shown) };
}
