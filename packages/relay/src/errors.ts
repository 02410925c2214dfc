/**
 * What can stop a relay, by whose fault it is. The codes are stable; docs/protocol.md lists them.
 * A refusal to a client is never one of these: it is an answer in STUN, or silence.
 */
export type RelayErrorCode =
  /** The caller: another program holds the UDP or TCP port. */
  | "relay-port-taken"
  /** The caller: no address of this machine fits the host that was asked for. */
  | "relay-host-unavailable"
  /** The caller: the path of the bridge socket is too long or its folder cannot be written. */
  | "relay-bridge-unavailable"
  /** The caller: a setting contradicts itself. */
  | "relay-config-refused";

/** A relay that could not start. The message is a sentence that says what to change. */
export class RelayError extends Error {
  override readonly name = "RelayError";
  readonly code: RelayErrorCode;

  constructor(code: RelayErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
