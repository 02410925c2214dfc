/** Of a receipt and its file: what a call of a day leaves fits, and nothing is read without a bound. */
export const receiptLimits = {
  fileBytesMax: 1_000_000,
  /** A network that fails all day begins a round every few seconds: the first and the latest stay. */
  descriptionsMax: 60,
  pathsMax: 40,
  encryptionMax: 40,
  shownMax: 40,
  addressCharactersMax: 64,
  cipherCharactersMax: 80,
  /** Of SHA-512, with its name. */
  fingerprintCharactersMax: 210,
  transcriptCharactersMax: 1_400,
  signatureCharactersMax: 86,
  /** The end of the year 9999. */
  timeMax: 253_402_300_799_999,
} as const;
