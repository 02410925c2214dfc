import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { inCheckout } from "./checkout.mjs";

const path = inCheckout(".prepare-lock");
const lookAgainMs = 200;
/** Nothing here takes so long: whoever left the lock is gone, and its process id is another's now. */
const staleAfterMs = 15 * 60_000;

/**
 * Waits until nobody else prepares this checkout, and gives the function that lets it go.
 *
 * @returns {Promise<() => void>}
 */
export async function holdCheckout() {
  let hasSaidSo = false;
  while (!tryLock()) {
    if (isLeftBehind()) {
      rmSync(path, { force: true });
      continue;
    }
    if (!hasSaidSo) console.log("Waiting for another start that prepares this checkout ...");
    hasSaidSo = true;
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  }
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.once(signal, () => {
      letGo();
      process.exit(1);
    });
  }
  return letGo;
}

function letGo() {
  rmSync(path, { force: true });
}

function tryLock() {
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function isLeftBehind() {
  try {
    const { mtimeMs } = statSync(path);
    const holder = Number(readFileSync(path, "utf8"));
    // Made a moment ago and not written yet.
    if (holder === 0) return Date.now() - mtimeMs > 1_000;
    return Date.now() - mtimeMs > staleAfterMs || !isRunning(holder);
  } catch {
    return false;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is running too.
    return error.code === "EPERM";
  }
}
