import { isIP } from "node:net";
import { z } from "zod";
import { type TrustProxy, plainAddress } from "./trusted-proxy.ts";

/** TRUST_PROXY, as it stands in the environment. */
export const trustProxySetting = z
  .string()
  .transform((text) => text.split(",").map((each) => each.trim()))
  .refine(
    (all) => all.every((each) => isIP(each) !== 0) || /^(0|1|true|false)$/.test(all.join()),
    "TRUST_PROXY is 1, 0, or the addresses from which your reverse proxies come, such as 10.0.0.5, with commas.",
  )
  .transform((all): TrustProxy => {
    if (isIP(all[0] ?? "") === 0) return all[0] === "1" || all[0] === "true";
    return all.map(plainAddress);
  });
