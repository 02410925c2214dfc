import { createRequire } from "node:module";
import { endianness } from "node:os";
import type * as Koffi from "koffi";
import { Arena } from "./arena.ts";
import type { SystemCalls } from "./system-calls.ts";

/** A multiple of every page size there is. */
const guardPagesBytes = 65_536;
const closeOnExec = 0x80000;
const nonBlocking = 0x800;
const datagram = 2;
const doNotWait = 0x40;
const readAndWrite = 3;
const privateAnonymous = 0x22;

/** What this system lacks for the batched path, in words; nothing where it lacks nothing. */
export function missingForBatches(): string | undefined {
  if (process.platform !== "linux") return "it needs Linux";
  // Sizes and numbers of the kernel's structures are theirs; other processors have others.
  if (!["x64", "arm64"].includes(process.arch)) return "it needs an x64 or arm64 processor";
  return endianness() === "LE" ? undefined : "it needs a little-endian processor";
}

/** The kernel, and memory that it can share. */
export interface NativeSystem extends Disposable {
  readonly calls: SystemCalls;
  readonly arena: Arena;
}

/**
 * Binds the C library of this process and maps an arena between two pages that nobody may touch, so
 * that even a wrong address near it is an error of the kernel and not a write.
 *
 * @param arenaBytes a multiple of 65,536
 * @throws where koffi is not installed or does not fit this system
 */
export function bindNativeSystem(arenaBytes: number): NativeSystem {
  const koffi = createRequire(import.meta.url)("koffi") as typeof Koffi;
  const library = koffi.load(null);
  const bindCall = (definition: string): ((...given: number[]) => number) =>
    library.func(definition);
  const orError = (result: number): number => (result === -1 ? -koffi.errno() : result);

  const recvmmsg = bindCall("int recvmmsg(int, uintptr_t, unsigned int, int, uintptr_t)");
  const sendmmsg = bindCall("int sendmmsg(int, uintptr_t, unsigned int, int)");
  const ppoll = bindCall("int ppoll(uintptr_t, unsigned long, uintptr_t, uintptr_t)");
  const socket = bindCall("int socket(int, int, int)");
  const bind = bindCall("int bind(int, uintptr_t, unsigned int)");
  const getsockname = bindCall("int getsockname(int, uintptr_t, uintptr_t)");
  const setsockopt = bindCall("int setsockopt(int, int, int, uintptr_t, unsigned int)");
  const eventfd = bindCall("int eventfd(unsigned int, int)");
  const read = bindCall("intptr_t read(int, uintptr_t, size_t)");
  const close = bindCall("int close(int)");
  const calls: SystemCalls = {
    receiveMessages: (fd, vector, length) => orError(recvmmsg(fd, vector, length, doNotWait, 0)),
    sendMessages: (fd, vector, length) => orError(sendmmsg(fd, vector, length, doNotWait)),
    poll: (descriptors, count, timeout) => orError(ppoll(descriptors, count, timeout, 0)),
    openSocket: (family) => orError(socket(family, datagram | closeOnExec | nonBlocking, 0)),
    bind: (fd, address, length) => orError(bind(fd, address, length)),
    socketName: (fd, address, length) => orError(getsockname(fd, address, length)),
    setOption: (fd, level, option, value, length) =>
      orError(setsockopt(fd, level, option, value, length)),
    openEvent: () => orError(eventfd(0, closeOnExec | nonBlocking)),
    read: (fd, address, length) => orError(read(fd, address, length)),
    close: (fd) => orError(close(fd)),
  };

  const mmap = bindCall("uintptr_t mmap(uintptr_t, size_t, int, int, int, int64_t)");
  const mprotect = bindCall("int mprotect(uintptr_t, size_t, int)");
  const munmap = bindCall("int munmap(uintptr_t, size_t)");
  const mappedBytes = arenaBytes + 2 * guardPagesBytes;
  const mapped = mmap(0, mappedBytes, 0, privateAnonymous, -1, 0);
  const address = mapped + guardPagesBytes;
  // A failed mmap is the highest address there is, which is no safe integer.
  if (!Number.isSafeInteger(mapped) || mprotect(address, arenaBytes, readAndWrite) !== 0) {
    throw new Error("no memory for the arena");
  }
  const arena = new Arena(koffi.view(BigInt(address), arenaBytes), address);
  return {
    calls,
    arena,
    // The last thing that its thread does: what still held the arena would crash the process.
    [Symbol.dispose]: () => void munmap(mapped, mappedBytes),
  };
}
