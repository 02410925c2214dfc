/** What `ringfence receipt check` found. With `--json` it is printed as it is. */
export type CheckedFile =
  | {
      outcome: "checked";
      /** Nothing of what can be checked fails. */
      holds: boolean;
      checks: Readonly<Record<Check, "holds" | "fails" | "absent">>;
      breaches: readonly Breach[];
      receipt: ReportedReceipt;
    }
  | {
      outcome: "unreadable";
      fault: "unreadable" | "too-long" | "not-json" | "not-a-receipt" | "other-version";
    }
  | { outcome: "unreadable"; fault: "malformed"; at: string };

type Check = keyof typeof checkWords;
type Breach = keyof typeof breachWords;

interface ReportedReceipt {
  readonly call: {
    readonly kind: "audio" | "video";
    readonly caller: string;
    readonly callee: string;
    readonly madeBy: "caller" | "callee";
    readonly route: "relayed" | "direct";
    readonly begunAt: number;
  };
  readonly device: string;
  readonly other: { readonly device: string | null };
  readonly shown: readonly { readonly address: string }[];
}

const checkWords = {
  signature: "the device signed it as it stands here",
  "own-descriptions": "the device signed what it says that it said",
  "other-signatures": "the other's device signed what it is said to have said",
  facts: "everything in it is of this one call",
  chain: "all that was said goes on from one beginning",
  certificates: "the certificates in use are those that were signed",
  emoji: "the emoji follow from what the two said",
  times: "its times are in order",
} as const;

const breachWords = {
  "address-shown": "The call was to hide addresses, and one was shown.",
  "not-relayed": "The call was to go by the relay, and did not.",
  "another-certificate": "The browser spoke with a certificate that nobody signed.",
  "different-emoji":
    "The two compared emoji, and these differed: somebody may have been in between.",
  untrusted: "The call was ended because something that was signed did not fit.",
} as const;

const resultWords = { holds: "holds   ", fails: "FAILS   ", absent: "not here" } as const;

/** For a person at a terminal. The receipt's texts are printable ASCII, and cannot steer it. */
export function reportOf(file: Extract<CheckedFile, { outcome: "checked" }>): string {
  const { receipt, checks, breaches, holds } = file;
  const { call, shown } = receipt;
  const [by, other] =
    call.madeBy === "caller" ? [call.caller, call.callee] : [call.callee, call.caller];
  const when = new Date(call.begunAt).toISOString().slice(0, 16).replace("T", " ");
  const addresses = [...new Set(shown.map(({ address }) => address))];
  const seen = addresses.length === 0 ? `no address of @${by}'s` : addresses.join(", ");
  return [
    `@${by}'s receipt of a ${call.route} ${call.kind} call with @${other}, ${when} UTC`,
    "",
    ...Object.entries(checkWords).map(
      ([check, words]) => `  ${resultWords[checks[check as Check]]}  ${words}`,
    ),
    "",
    `It says that @${other}'s device could have seen ${seen}.`,
    ...breaches.map((breach) => breachWords[breach]),
    ...keyLines(receipt, { by, other }),
    "",
    holds
      ? "Everything in it that can be checked holds."
      : "Something in it does not hold: do not rely on it.",
  ].join("\n");
}

/** Unreadable or broken: what is wrong with the file, and what to do. */
export function unreadableWords(
  path: string,
  file: Extract<CheckedFile, { outcome: "unreadable" }>,
): string {
  switch (file.fault) {
    case "unreadable":
      return `${path} cannot be read. Is it there, a file, and yours to read?`;
    case "too-long":
      return `${path} is longer than any receipt.`;
    case "not-json":
      return `${path} is not whole: what stands in it is no JSON. Export the receipt again.`;
    case "not-a-receipt":
      return `${path} is no receipt of a call.`;
    case "other-version":
      return `${path} is a receipt of another version than this one knows. Use a newer Ringfence.`;
    case "malformed":
      return `${path} was changed or is not whole: something is wrong at ${file.at || "its outermost fields"}.`;
  }
}

function keyLines(
  { device, other }: ReportedReceipt,
  names: { by: string; other: string },
): string[] {
  const theirs = other.device === null ? [] : [`  @${names.other}'s device  ${other.device}`];
  return [
    "",
    "By these keys. No file can prove whose they are: ask the two.",
    `  @${names.by}'s device  ${device}`,
    ...theirs,
  ];
}
