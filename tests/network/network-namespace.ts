import { type ChildProcess, type SpawnOptions, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const commandTimeoutMs = 10_000;

/**
 * A network of its own on this machine, in which programs run: a network namespace of the kernel,
 * with a loopback and nothing else at first.
 *
 * It has no name. A process that waits for the end of its input holds it, so that it goes, and takes
 * its interfaces and rules along, also when this process is killed.
 */
export class NetworkNamespace implements AsyncDisposable {
  readonly #holder: ChildProcess;
  /** Of the executables, once there is one. */
  #directory: string | undefined;
  readonly #running = new Set<ChildProcess>();

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
  }

  /** @throws where this user or this kernel may not */
  static async open(): Promise<NetworkNamespace> {
    const holder = spawn(
      "unshare",
      ["--net", "sh", "-c", "ip link set lo up && echo && exec cat"],
      {
        stdio: ["pipe", "pipe", "inherit"],
      },
    );
    // Its first word says that it stands in the new namespace.
    const isOpen = await Promise.race([
      once(holder.stdout, "data").then(() => true),
      once(holder, "exit").then(() => false),
    ]);
    if (!isOpen) throw new Error("unshare --net failed");
    return new NetworkNamespace(holder);
  }

  /** By which `ip link ... netns` knows it. */
  get processId(): number {
    return this.#holder.pid ?? 0;
  }

  /** Starts a program in this network, which ends with it at the latest. */
  spawn(command: string, parameters: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const child = spawn("nsenter", [...this.#entering, command, ...parameters], options);
    this.#running.add(child);
    child.once("exit", () => this.#running.delete(child));
    return child;
  }

  /**
   * Runs a program in this network to its end.
   *
   * @returns what it wrote
   * @throws when it fails or takes 10 s
   */
  run(command: string, parameters: readonly string[], input = ""): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const child = execFile(
      "nsenter",
      [...this.#entering, command, ...parameters],
      { timeout: commandTimeoutMs },
      (error, stdout) => (error === null ? resolve(stdout) : reject(error)),
    );
    // One that does not read its input, or fails before it does, is judged by how it ends.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
    return promise;
  }

  /** Sets the network up: each line is a command of ip(8), without its first word. */
  async configure(lines: readonly string[]): Promise<void> {
    await this.run("ip", ["-batch", "-"], lines.join("\n"));
  }

  /** The path of an executable that starts a program in this network, for what starts it itself. */
  executable(program: string): string {
    this.#directory ??= mkdtempSync(join(tmpdir(), "ringfence-network-"));
    const path = join(this.#directory, basename(program));
    writeFileSync(path, `#!/bin/sh\nexec nsenter ${this.#entering.join(" ")} ${program} "$@"\n`);
    chmodSync(path, 0o700);
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#running) child.kill("SIGKILL");
    const isHeld = this.#holder.exitCode === null && this.#holder.signalCode === null;
    const ended = isHeld ? once(this.#holder, "exit") : undefined;
    this.#holder.stdin?.end();
    await ended;
    if (this.#directory !== undefined) rmSync(this.#directory, { recursive: true });
  }

  get #entering(): string[] {
    return [`--net=/proc/${this.processId}/ns/net`, "--"];
  }
}
