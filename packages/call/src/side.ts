import { AccountId, DeviceId } from "@ringfence/protocol";
import { z } from "zod";

/** One device of one account. */
export const CallDevice = z.object({ accountId: AccountId, deviceId: DeviceId });
export type CallDevice = z.infer<typeof CallDevice>;

/** The two ends of a call. */
export type Side = "caller" | "callee";
export const sides: readonly Side[] = ["caller", "callee"];

export function otherSide(side: Side): Side {
  return side === "caller" ? "callee" : "caller";
}

/** The schema of something that each side has. */
export function bySide<Value extends z.ZodType>(value: Value) {
  return z.object({ caller: value, callee: value });
}
