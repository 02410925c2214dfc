import type { Invitation, InvitationId } from "@ringfence/protocol";
import { useCallback } from "react";
import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useFetched } from "../app/use-fetched.ts";
import { useNow } from "../app/use-now.ts";
import { Button } from "../controls/button.tsx";
import styles from "./invite-sheet.module.css";

const dayMs = 86_400_000;

/** Links from before that still work, each with a way to take it back. */
export function OpenInvitations({ but }: { but: InvitationId | undefined }) {
  const { invitations } = useClient();
  const list = useCallback(() => invitations.list(), [invitations]);
  const { fetched, change } = useFetched(list);
  const revoke = useAction(async (id: InvitationId) => {
    await invitations.revoke(id);
    change((before) => before.filter((one) => one.id !== id));
  });
  const others = fetched?.filter(({ id }) => id !== but) ?? [];
  if (others.length === 0) return null;
  return (
    <section className={styles.aside} aria-label="Links that still work">
      <h3 className={styles.heading}>Links from before that still work</h3>
      <ul className={styles.open}>
        {others.map((one) => (
          <OpenInvitation key={one.id} invitation={one} onRevoke={() => revoke.run(one.id)} />
        ))}
      </ul>
      <ProblemNotice problem={revoke.problem} />
    </section>
  );
}

function OpenInvitation({
  invitation: { createdAt, expiresAt },
  onRevoke,
}: {
  invitation: Invitation;
  onRevoke: () => void;
}) {
  const now = useNow();
  const made = new Date(createdAt).toLocaleString(undefined, {
    weekday: "short",
    hour: "numeric",
    minute: "2-digit",
  });
  const daysLeft = Math.ceil((expiresAt - now) / dayMs);
  return (
    <li className={styles.one}>
      <span>
        Made {made}, works {daysLeft === 1 ? "1 more day" : `${daysLeft} more days`}
      </span>
      <Button look="quiet" aria-label={`Take back the link made ${made}`} onClick={onRevoke}>
        Take back
      </Button>
    </li>
  );
}
