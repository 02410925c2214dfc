import type { Proof } from "@ringfence/client";
import { useCallback } from "react";
import { useClient } from "../app/client-context.tsx";
import { useFetched } from "../app/use-fetched.ts";
import { AskOwner } from "../settings/ask-owner.tsx";

/** The way out of a list of devices that cannot be right, and what a server could want with it. */
export function BeginAnew() {
  const { waysIn } = useClient();
  const { fetched } = useFetched(useCallback(() => waysIn.list(), [waysIn]));
  return (
    <AskOwner
      action="Begin anew"
      // However short ago this device signed in: the password says that it was read.
      asksForProof
      hasPasskey={fetched !== null && fetched.passkeys.length > 0}
      onProof={(proof: Proof) => waysIn.beginDevicesAnew(proof)}
    >
      <p>
        Do this only once whoever runs this server has told you, outside Ringfence, that they
        brought back a backup. A server that means harm could show a wrong list to make you do it.
      </p>
      <p>
        This device becomes your only linked one. Your others, and everybody who knew you, are told
        that your keys are new, and people are asked before a call with you goes on. Compare emoji
        with them in that call: until then, somebody else could be in your place.
      </p>
    </AskOwner>
  );
}
