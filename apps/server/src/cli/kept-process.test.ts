import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { KeptProcess } from "./kept-process.ts";

const patience = { timeout: 10_000, interval: 10 };
const node = process.execPath;
/** Linux takes no variable of more than 128 KiB: execve(2), E2BIG. */
const tooLarge = "x".repeat(200_000);

let directory: string;
let environment: NodeJS.ProcessEnv;
/** Why the process was started again, each time. */
let causes: unknown[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-kept-"));
  environment = { PID_FILE: join(directory, "pid") };
  causes = [];
  writeFileSync(
    join(directory, "kept.mjs"),
    `import { writeFileSync } from "node:fs";
     writeFileSync(process.env.PID_FILE, String(process.pid));
     process.once("disconnect", () => process.exit());
     process.send({ type: "ready" });`,
  );
});

afterEach(() => {
  process.execPath = node;
  rmSync(directory, { recursive: true });
});

function keep(): KeptProcess {
  const log = {
    info: () => {},
    warn: (fields: object) => void causes.push("why" in fields && fields.why),
  };
  return new KeptProcess(
    { name: "kept", module: join(directory, "kept.mjs"), flags: [], environment },
    log,
  );
}

function pidOf(): number {
  return Number(readFileSync(join(directory, "pid"), "utf8"));
}

describe("a process that is kept", () => {
  it.each([
    {
      fault: "when Node is away for a while",
      cause: "ENOENT",
      begin: () => (process.execPath = join(directory, "no-node")),
      end: () => (process.execPath = node),
    },
    {
      fault: "when the system refuses it for a while",
      cause: "E2BIG",
      begin: () => (environment["LARGE"] = tooLarge),
      end: () => delete environment["LARGE"],
    },
  ])("is started again $fault", async ({ cause, begin, end }) => {
    await using kept = keep();
    await kept.firstReady;
    const first = pidOf();
    begin();
    process.kill(first, "SIGKILL");
    await vi.waitFor(() => expect(causes.slice(0, 3)).toEqual(["SIGKILL", cause, cause]), patience);
    end();
    await vi.waitUntil(() => pidOf() !== first, patience);
  });

  it.each([
    ["ENOENT", () => (process.execPath = join(directory, "no-node"))],
    ["E2BIG", () => (environment["LARGE"] = tooLarge)],
  ])("is given up when it never began: %s", async (cause, begin) => {
    begin();
    await using kept = keep();
    await expect(kept.firstReady).rejects.toMatchObject({
      code: "start-failed",
      message: `The kept ended 3 times (${cause}).`,
    });
  });
});
