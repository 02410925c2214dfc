/** The peer's or the browser's fault: a description or candidate that shows an address. */
export class UnsafeDescription extends Error {
  override readonly name = "UnsafeDescription";
}
