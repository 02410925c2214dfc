/** How a browser reaches the relay. Over TLS is over TCP too. */
export type Transport = "udp" | "tcp" | "tls";

/**
 * For a page to run before its own scripts: leaves the browser one way to the relay. Which of several
 * it would choose is its own affair.
 */
export function keepOneWay(transport: Transport): void {
  const isKept = (url: string) =>
    transport === "tls"
      ? url.startsWith("turns:")
      : url.startsWith("turn:") && url.endsWith(`transport=${transport}`);
  const Wrapped = RTCPeerConnection;
  window.RTCPeerConnection = class extends Wrapped {
    constructor(configuration: RTCConfiguration = {}) {
      const left = (configuration.iceServers ?? []).map((server) => ({
        ...server,
        urls: [server.urls].flat().filter(isKept),
      }));
      super({ ...configuration, iceServers: left });
    }
  };
}
