/** Error numbers of the kernel that are acted upon. A call that fails returns the negative of one. */
export const errorNumber = { interrupted: 4, inputOutput: 5, tryAgain: 11 } as const;

/** What the calls are told, the same on x64 and arm64: <bits/socket.h>, <asm-generic/socket.h>. */
export const constant = {
  familyIpv4: 2,
  familyIpv6: 10,
  levelSocket: 1,
  levelIpv6: 41,
  sendBuffer: 7,
  receiveBuffer: 8,
  sendBufferForce: 32,
  receiveBufferForce: 33,
  ipv6Only: 26,
  messageTruncated: 0x20,
  pollIn: 1,
} as const;

/**
 * The calls of the kernel that this path makes. Addresses are those of an arena. Each returns what
 * the kernel returns, or the negative of an error number.
 */
export interface SystemCalls {
  /** recvmmsg(2), which does not wait. */
  receiveMessages(socket: number, vector: number, length: number): number;
  /** sendmmsg(2), which does not wait. */
  sendMessages(socket: number, vector: number, length: number): number;
  /** ppoll(2). @param timeout address of a `timespec`, or 0 to wait for ever */
  poll(descriptors: number, count: number, timeout: number): number;
  /** socket(2) for datagrams. */
  openSocket(family: number): number;
  bind(socket: number, address: number, length: number): number;
  /** getsockname(2). */
  socketName(socket: number, address: number, length: number): number;
  /** setsockopt(2). */
  setOption(socket: number, level: number, option: number, value: number, length: number): number;
  /** eventfd(2). */
  openEvent(): number;
  read(descriptor: number, address: number, length: number): number;
  close(descriptor: number): number;
}
