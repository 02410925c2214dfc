/** Where browsers find the relay. */
export interface RelayPlace {
  /** Named by the operator, or none: then the relay is where the web server is. */
  urls: readonly string[] | undefined;
  publicOrigin: string | undefined;
  port: number;
  hasTls: boolean;
}

/**
 * The addresses of the relay, as `iceServers` takes them.
 *
 * @param askedHost the host name under which this device reached the web server
 */
export function relayUrls(askedHost: string, place: RelayPlace): string[] {
  const { urls, publicOrigin, port, hasTls } = place;
  if (urls !== undefined) return [...urls];
  const name = publicOrigin === undefined ? askedHost : new URL(publicOrigin).hostname;
  // A browser may resolve this name to the one loopback address that the relay does not have.
  const host = name === "localhost" ? "127.0.0.1" : name;
  const found = [`turn:${host}:${port}?transport=udp`, `turn:${host}:${port}?transport=tcp`];
  // Firefox takes a name and no address for TLS, and leaves this one out where there is no name.
  if (hasTls) found.push(`turns:${name}:${port}?transport=tcp`);
  return found;
}
