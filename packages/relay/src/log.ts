/**
 * Where the relay says what happened to it: a pino logger fits. It is never given an address, a
 * user name or a key, at any level.
 */
export interface RelayLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
