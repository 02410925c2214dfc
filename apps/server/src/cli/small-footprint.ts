import { compileCache } from "./compile-cache.ts";

/**
 * Flags for Node. What dies young is collected early, in place of growing the room for it to 16 MB:
 * a relay under load stays at a third of the memory, and carries as much.
 */
export const smallFootprint: readonly string[] = ["--max-semi-space-size=1"];

/**
 * The same for the application, which answers people: with the room of a relay, every fifth of its
 * seconds went to collecting what had just been made.
 */
export const applicationFootprint: readonly string[] = ["--max-semi-space-size=8"];

/**
 * Begins this process again with these flags and with the cache of compiled code, where it was typed
 * into a shell and not started by a supervisor: V8 takes them at its start only. The process keeps its
 * number, its streams and its place under whatever started it. Where the system cannot do that it goes
 * on as it is.
 */
export function takeSmallFootprint(): void {
  const { execArgv, execPath, argv, env, platform } = process;
  const hasFlags = smallFootprint.every((flag) => execArgv.includes(flag));
  const isSupervised = process.send !== undefined;
  if (hasFlags || isSupervised || platform === "win32") return;
  const parameters = [execPath, ...smallFootprint, ...execArgv, ...argv.slice(1)];
  process.execve?.(execPath, parameters, { NODE_COMPILE_CACHE: compileCache, ...env });
}
