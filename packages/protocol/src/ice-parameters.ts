import { z } from "zod";
import { limits } from "./limits.ts";

/** RFC 8839 §5.4: by these two words an ICE agent knows the checks that are meant for it. */
export const IceParameters = z.object({
  ufrag: iceText(limits.iceUfragCharactersMin, limits.iceUfragCharactersMax),
  pwd: iceText(limits.icePwdCharactersMin, limits.icePwdCharactersMax),
});
export type IceParameters = z.infer<typeof IceParameters>;

/** RFC 8839 §5.4: only ice-char, which no line of a description can be ended with. */
function iceText(charactersMin: number, charactersMax: number) {
  return z
    .string()
    .min(charactersMin)
    .max(charactersMax)
    .regex(/^[A-Za-z0-9+/]*$/);
}

/**
 * The ICE parameters that stand in a description which `checkDescription` allows: it has one of
 * each. null where there are none.
 */
export function iceParametersOf(description: string): IceParameters | null {
  const [, ufrag] = /^a=ice-ufrag:(.*)$/m.exec(description) ?? [];
  const [, pwd] = /^a=ice-pwd:(.*)$/m.exec(description) ?? [];
  return IceParameters.safeParse({ ufrag, pwd }).data ?? null;
}
