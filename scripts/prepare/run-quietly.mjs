import { spawn } from "node:child_process";

const dotMs = 2_000;

/**
 * Runs a command whose own words are of no interest unless it fails, with one line for the person
 * who waits.
 *
 * @param {string} title what is being done
 * @param {string} command
 * @param {string[]} parameters
 * @param {import("node:child_process").SpawnOptions} options
 * @returns {Promise<{ code: number | null, output: string }>}
 */
export function runQuietly(title, command, parameters, options) {
  const startedAt = Date.now();
  process.stdout.write(`${title} ...`);
  const dots = setInterval(() => process.stdout.isTTY && process.stdout.write("."), dotMs);
  let output = "";
  return new Promise((resolve) => {
    const child = spawn(command, parameters, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text) => (output += text));
    }
    child.once("error", (error) => end(null, `${command} could not be started: ${error.message}`));
    child.once("close", (code) => end(code, output));
    function end(code, said) {
      clearInterval(dots);
      const seconds = Math.ceil((Date.now() - startedAt) / 1000);
      process.stdout.write(code === 0 ? ` done in ${seconds} s\n` : " failed\n");
      resolve({ code, output: said });
    }
  });
}
