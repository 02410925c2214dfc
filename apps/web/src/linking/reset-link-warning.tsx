import type { ResetLink, Proof } from "@ringfence/client";
import type { WaysIn } from "@ringfence/protocol";
import { useCallback } from "react";
import { useClient } from "../app/client-context.tsx";
import { useFetched } from "../app/use-fetched.ts";
import { Notice } from "../controls/notice.tsx";
import { AskOwner } from "../settings/ask-owner.tsx";
import { resetLinkTitle } from "./linking-words.ts";

/** The operator made a link into this account: its owner did not ask for one, or has come back. */
export function ResetLinkWarning({ link }: { link: ResetLink }) {
  const { waysIn } = useClient();
  const { fetched } = useFetched<WaysIn>(useCallback(() => waysIn.list(), [waysIn]));
  const until = new Date(link.worksUntil).toLocaleString([], {
    weekday: "long",
    hour: "2-digit",
    minute: "2-digit",
  });
  return (
    <Notice
      tone="attention"
      icon="warning"
      action={
        <AskOwner
          action="Refuse the link"
          asksForProof={fetched?.asksForProof ?? true}
          hasPasskey={(fetched?.passkeys.length ?? 0) > 0}
          onProof={(proof: Proof) => waysIn.refuseResetLink(proof)}
        >
          <p>
            The link works no more then. Tell whoever runs this server that you did not ask for it:
            somebody may have said that they are you.
          </p>
        </AskOwner>
      }
    >
      <strong>{resetLinkTitle}</strong>, by whoever runs this server. Whoever has it can take the
      account over until {until}. If you did not ask for it, refuse it.
    </Notice>
  );
}
