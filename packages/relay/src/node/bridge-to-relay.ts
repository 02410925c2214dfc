import { connect, type Socket } from "node:net";
import { pipeline } from "node:stream";
import { encodePreamble } from "./bridge-preamble.ts";

/**
 * Hands a TCP client over to the relay's process: the application's half of the bridge. From here on
 * the two connections are one, and each ends with the other. A relay that is not there closes the
 * client's.
 *
 * @param socket a client whose first byte was 0x00 or 0x01; nobody else may be reading it
 * @param firstBytes what was read of it already
 * @param socketPath the `bridgeSocketPath` of the relay
 */
export function bridgeToRelay(socket: Socket, firstBytes: Uint8Array, socketPath: string): void {
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  if (!remoteAddress || !remotePort || !localAddress || !localPort) {
    socket.destroy();
    return;
  }
  socket.setNoDelay(true);
  const relay = connect(socketPath);
  relay.write(encodePreamble({ remoteAddress, remotePort, localAddress, localPort }));
  if (firstBytes.length > 0) relay.write(firstBytes);
  // Either failing or ending takes the other along; there is nobody to tell.
  pipeline(socket, relay, socket, () => {
    relay.destroy();
    socket.destroy();
  });
}
