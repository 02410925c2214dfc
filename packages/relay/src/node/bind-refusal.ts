import { RelayError } from "../errors.ts";

/** Why a relay cannot listen, by the system's code for a UDP port that it could not bind. */
export function bindRefusal(code: string, port: number, options?: ErrorOptions): RelayError {
  if (code === "EADDRINUSE") {
    return new RelayError(
      "relay-port-taken",
      `UDP port ${port} is taken by another program. Stop that, or set PORT to another number.`,
      options,
    );
  }
  return new RelayError(
    "relay-host-unavailable",
    `The relay could not open UDP port ${port} (${code}). Check HOST and PORT.`,
    options,
  );
}

/** No address that the host names is one of this machine. */
export function noAddress(): RelayError {
  return new RelayError(
    "relay-host-unavailable",
    "This machine has no address that fits the relay's host. Set HOST to one that it has.",
  );
}
