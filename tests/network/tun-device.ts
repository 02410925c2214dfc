import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import koffi from "koffi";

/** <linux/if_tun.h>: TUNSETIFF, and layer 3 without a header of the driver's own. */
const setInterface = 0x400454ca;
const tunWithoutHeader = 0x1001;
/** `struct ifreq`: a name of 16 bytes, then the flags. */
const requestBytes = 40;
const flagsAt = 16;
/** Longer ones would need another MTU than a new device has. */
const packetBytesMax = 1_500;

const library = koffi.load(null);
const ioctl: (descriptor: number, request: number, argument: Buffer) => number = library.func(
  "int ioctl(int, unsigned long, void *)",
);

/**
 * A network interface whose cable ends in this process: what the kernel sends by it is read here, and
 * what is written here it receives. It begins in this process's network and may be moved to another.
 */
export class TunDevice implements Disposable {
  readonly descriptor: number;
  readonly #buffer = Buffer.alloc(packetBytesMax);

  /** @throws without the right to, or where the kernel has no TUN */
  constructor(name: string) {
    this.descriptor = openSync("/dev/net/tun", constants.O_RDWR);
    const request = Buffer.alloc(requestBytes);
    request.write(name);
    request.writeUInt16LE(tunWithoutHeader, flagsAt);
    if (ioctl(this.descriptor, setInterface, request) !== 0) {
      throw new Error(`no TUN device ${name}: error ${koffi.errno()} of the kernel`);
    }
  }

  /** The next packet; waits for one where there is none. */
  read(): Uint8Array {
    const length = readSync(this.descriptor, this.#buffer);
    return new Uint8Array(this.#buffer.subarray(0, length));
  }

  /** A packet that the kernel does not want, as an interface that is down does not, is lost. */
  write(packet: Uint8Array): void {
    try {
      writeSync(this.descriptor, packet);
    } catch {
      // Lost, as packets are.
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.descriptor);
  }
}
