import { openLaboratory } from "./laboratory.ts";
import { twoHomes } from "./two-homes.ts";

/** Why `twoHomes` cannot be had here, in a sentence, or null where it can. */
export function whyNoTwoHomes(): Promise<string | null> {
  return whyNo(twoHomes);
}

/** Why `openLaboratory` cannot be used here, in a sentence, or null where it can. */
export function whyNoLaboratory(): Promise<string | null> {
  return whyNo(openLaboratory);
}

async function whyNo(open: () => Promise<AsyncDisposable>): Promise<string | null> {
  if (process.platform !== "linux") return "Network namespaces are Linux's.";
  if (process.getuid?.() !== 0) return "Network namespaces need root.";
  try {
    await using _net = await open();
    return null;
  } catch (error) {
    return `Network namespaces could not be made: ${(error as Error).message}`;
  }
}
