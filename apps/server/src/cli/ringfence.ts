#!/usr/bin/env node
import { existsSync, readFileSync } from "node:fs";
import { isForOperator } from "../operator-error.ts";
import { readCommand } from "./command.ts";
import { takeSmallFootprint } from "./small-footprint.ts";
import { usage } from "./usage.ts";

const wrongUsageExitCode = 2;

if (import.meta.main) {
  try {
    process.exitCode = await run(process.argv.slice(2));
  } catch (error) {
    if (!isForOperator(error)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

/** @returns the exit code */
async function run(parameters: readonly string[]): Promise<number> {
  const command = readCommand(parameters);
  loadSettingsFile();
  switch (command.name) {
    case "help":
      console.log(usage);
      return 0;
    case "version":
      console.log(version());
      return 0;
    case "wrong":
      console.error(command.problem);
      return wrongUsageExitCode;
    case "start": {
      const { start } = await import("./start.ts");
      return await start({ isDemo: command.flags.has("demo") });
    }
    case "relay": {
      takeSmallFootprint();
      const { runRelayProcess } = await import("../relay/relay-process.ts");
      return await runRelayProcess();
    }
    case "doctor": {
      const { runDoctor } = await import("./doctor/doctor.ts");
      return await runDoctor(process.env, {
        isJson: command.flags.has("json"),
        asksPushServices: command.flags.has("push"),
      });
    }
    case "backup":
    case "restore": {
      const [path = ""] = command.words;
      const { runBackup, runRestore } = await import("./backup.ts");
      await (command.name === "backup" ? runBackup(path) : runRestore(path));
      return 0;
    }
    case "reports": {
      const [{ withStore }, { closeReportById, printReports }] = await Promise.all([
        import("./with-store.ts"),
        import("./reports.ts"),
      ]);
      const id = command.values.get("close");
      await withStore((store) =>
        id === undefined ? printReports(store) : closeReportById(store, id),
      );
      return 0;
    }
    case "receipt":
      return await runReceipt(command.words, { isJson: command.flags.has("json") });
    case "simulate": {
      const { simulate } = await import("./simulate.ts");
      return await simulate(command, process.env);
    }
    case "suspend":
    case "unsuspend":
    case "vouch":
    case "unvouch": {
      const [{ withStore }, { giveOrder }] = await Promise.all([
        import("./with-store.ts"),
        import("./give-order.ts"),
      ]);
      const { name } = command;
      const [handle = ""] = command.words;
      await withStore((store) => giveOrder(store, name, handle));
      return 0;
    }
    case "reset": {
      const [{ withStore }, { printResetLink }] = await Promise.all([
        import("./with-store.ts"),
        import("./reset.ts"),
      ]);
      const [handle = ""] = command.words;
      await withStore((store, config) => printResetLink(store, config, handle));
      return 0;
    }
    case "invite": {
      const [{ withStore }, { printInvitation }] = await Promise.all([
        import("./with-store.ts"),
        import("./invite.ts"),
      ]);
      await withStore((store, config) => printInvitation(store, config, command.values.get("as")));
      return 0;
    }
  }
}

async function runReceipt(words: readonly string[], options: { isJson: boolean }) {
  const [verb, path = ""] = words;
  if (verb !== "check") {
    console.error("`ringfence receipt` can `check` a file. See `ringfence --help`.");
    return wrongUsageExitCode;
  }
  const { runReceiptCheck } = await import("./receipt-check.ts");
  return await runReceiptCheck(path, options);
}

/** What the environment sets already wins over the file. */
function loadSettingsFile(): void {
  if (existsSync(".env")) process.loadEnvFile(".env");
}

function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
