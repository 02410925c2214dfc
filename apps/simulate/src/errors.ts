/** Why a simulation is not begun, or cannot go on. */
export type SimulationErrorCode =
  /** An option is missing, or is none. */
  | "usage"
  /** The host name was not typed, or not this one. */
  | "not-confirmed"
  /** Over plain HTTP to another machine, where the code could be overheard. */
  | "insecure-target"
  /** The server does not answer. */
  | "unreachable"
  /** The server was not told of simulations, or of another code. */
  | "not-allowed"
  /** Nobody could sign up. */
  | "no-people";

/** For whoever typed the command: the message says what to do. */
export class SimulationError extends Error {
  override readonly name = "SimulationError";
  readonly code: SimulationErrorCode;

  constructor(code: SimulationErrorCode, message: string, options?: { cause: unknown }) {
    super(message, options);
    this.code = code;
  }
}
