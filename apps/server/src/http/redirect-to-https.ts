import { type Server, createServer } from "node:http";
import { answersInTheClear, sayThatCertificateIsMissing } from "./without-certificate.ts";

/**
 * What stands beside TLS for those who come without it. It never listens.
 *
 * Requests are sent to the same address under https (RFC 9110 §15.4.9), or told that there is no
 * certificate yet. Upgrades from this machine itself are handed on: the relay's control connection
 * needs no TLS to come around here, and no certificate is made out to a loopback address.
 */
export function redirectToHttps(
  httpServer: Server,
  { hasCertificate }: { hasCertificate: () => boolean },
): Server {
  const server = createServer((request, response) => {
    if (!hasCertificate()) {
      if (answersInTheClear(request)) httpServer.emit("request", request, response);
      else sayThatCertificateIsMissing(response);
      return;
    }
    const { host = "" } = request.headers;
    const location = `https://${host}${request.url ?? "/"}`;
    // A request in absolute form, or without a host, leads nowhere that we could name. 443 is the usual
    // port there, and not here, so a browser names it.
    const named = host.toLowerCase().replace(/:443$/, "");
    const isOurs = URL.canParse(location) && new URL(location).host === named;
    response.writeHead(isOurs ? 308 : 400, {
      connection: "close",
      ...(isOurs ? { location } : {}),
    });
    response.end();
  });
  server.on("upgrade", (request, socket, head) => {
    const { remoteAddress, localAddress } = request.socket;
    if (remoteAddress === localAddress) httpServer.emit("upgrade", request, socket, head);
    else socket.destroy();
  });
  return server;
}
