/** What a browser tells of one connection at one moment; null where it tells nothing. */
export interface ConnectionSample {
  /** The pair of candidates that media goes by; null before there is one. */
  path: SampledPath | null;
  dtlsVersion: "1.2" | "1.3" | null;
  dtlsCipher: string | null;
  srtpCipher: string | null;
  /** As `a=fingerprint` writes it (RFC 8122 §5), of the certificates in use. */
  ownCertificate: string | null;
  otherCertificate: string | null;
}

interface SampledPath {
  own: CandidateType;
  other: CandidateType;
  relayProtocol: "udp" | "tcp" | "tls" | null;
  /** What this side sends from, where the browser tells it: the relay's, where it is relayed. */
  ownAddress: string | null;
}

type CandidateType = "host" | "srflx" | "prflx" | "relay";

/**
 * Reads the browser's statistics (W3C webrtc-stats). The group of the key exchange stands in none of
 * Chromium 156 and Firefox 153, so nothing is said of it.
 */
export function readConnectionSample(report: Iterable<[string, unknown]>): ConnectionSample {
  const entries = new Map(Array.from(report, ([id, entry]) => [id, entry as Stats]));
  const all = [...entries.values()];
  const transport = all.find(({ type }) => type === "transport");
  // Firefox marks the pair itself.
  const marked = all.find(({ type, selected }) => type === "candidate-pair" && selected === true);
  const pair = entries.get(transport?.selectedCandidatePairId ?? "") ?? marked;
  return {
    path: pair === undefined ? null : readPath(entries, pair),
    dtlsVersion: dtlsVersions.get(transport?.tlsVersion?.toUpperCase() ?? "") ?? null,
    dtlsCipher: transport?.dtlsCipher ?? null,
    srtpCipher: transport?.srtpCipher ?? null,
    ownCertificate: fingerprintOf(entries.get(transport?.localCertificateId ?? "")),
    otherCertificate: fingerprintOf(entries.get(transport?.remoteCertificateId ?? "")),
  };
}

/** RFC 6347 §4.1 and RFC 9147 §4: the versions as they stand in a record. */
const dtlsVersions = new Map<string, "1.2" | "1.3">([
  ["FEFD", "1.2"],
  ["FEFC", "1.3"],
]);

function readPath(entries: ReadonlyMap<string, Stats>, pair: Stats): SampledPath | null {
  const own = entries.get(pair.localCandidateId ?? "");
  const other = entries.get(pair.remoteCandidateId ?? "");
  const [ownType, otherType] = [typeOf(own), typeOf(other)];
  if (ownType === null || otherType === null) return null;
  const address = own?.address ?? own?.ip ?? "";
  return {
    own: ownType,
    other: otherType,
    relayProtocol: relayProtocols.find((known) => known === own?.relayProtocol) ?? null,
    ownAddress: address === "" ? null : address,
  };
}

const relayProtocols = ["udp", "tcp", "tls"] as const;
const candidateTypes = ["host", "srflx", "prflx", "relay"] as const;

function typeOf(candidate: Stats | undefined): CandidateType | null {
  return candidateTypes.find((known) => known === candidate?.candidateType) ?? null;
}

function fingerprintOf(certificate: Stats | undefined): string | null {
  const { fingerprint, fingerprintAlgorithm } = certificate ?? {};
  if (fingerprint === undefined || fingerprintAlgorithm === undefined) return null;
  return `${fingerprintAlgorithm.toLowerCase()} ${fingerprint.toUpperCase()}`;
}

/** What is read of an entry; each kind of entry has some of it. */
interface Stats {
  type: string;
  tlsVersion?: string;
  dtlsCipher?: string;
  srtpCipher?: string;
  localCertificateId?: string;
  remoteCertificateId?: string;
  selectedCandidatePairId?: string;
  selected?: boolean;
  localCandidateId?: string;
  remoteCandidateId?: string;
  candidateType?: string;
  relayProtocol?: string;
  address?: string | null;
  ip?: string;
  fingerprint?: string;
  fingerprintAlgorithm?: string;
}
