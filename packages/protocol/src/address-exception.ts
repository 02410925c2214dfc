import { z } from "zod";

/** What holds for one person instead of *Hide my address*. */
export const AddressException = z.enum(["hide", "show"]);
export type AddressException = z.infer<typeof AddressException>;
