import { useCallback, useState } from "react";
import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useFetched } from "../app/use-fetched.ts";
import { Button } from "../controls/button.tsx";
import { LoadingRows } from "../controls/loading.tsx";
import { Sheet, SheetActions, SheetMeaning, useCloseSheet } from "../controls/sheet.tsx";
import styles from "./invite-sheet.module.css";
import { LetThemRing } from "./let-them-ring.tsx";
import { OpenInvitations } from "./open-invitations.tsx";
import { QrCode } from "./qr-code.tsx";

/** A new link with its code, and the links from before that nobody took. */
export function InviteSheet({ onClose }: { onClose: () => void }) {
  return (
    <Sheet title="Invite somebody" onClose={onClose}>
      <SheetMeaning>
        <p>
          For one person, once, within 7 days. Whoever opens this link and agrees follows you and
          you follow them, and you have a conversation.
        </p>
      </SheetMeaning>
      <NewLink />
      <LetThemRing />
      <Close />
    </Sheet>
  );
}

function NewLink() {
  const { invitations } = useClient();
  const create = useCallback(() => invitations.create(), [invitations]);
  const { fetched: made, problem } = useFetched(create);
  return (
    <>
      {made === null ? (
        problem === null ? (
          <LoadingRows of="your link" count={2} />
        ) : (
          <ProblemNotice problem={problem} />
        )
      ) : (
        <div className={styles.link}>
          <QrCode text={made.link} label="The link as a code for a phone's camera" />
          <LinkText link={made.link} />
        </div>
      )}
      {made === null && problem === null ? null : <OpenInvitations but={made?.invitation.id} />}
    </>
  );
}

function LinkText({ link }: { link: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = useAction(async () => {
    await navigator.clipboard.writeText(link);
    setCopied(true);
  });
  return (
    <>
      <input
        className={styles.text}
        aria-label="Link"
        readOnly
        value={link}
        onFocus={(event) => event.currentTarget.select()}
      />
      <div className={styles.ways}>
        <Button look="primary" {...(isCopied && { icon: "check" as const })} onClick={copy.run}>
          {isCopied ? "Copied" : "Copy link"}
        </Button>
        {"share" in navigator ? (
          // Whoever closes the system's own sheet has shared nothing, and knows it.
          <Button icon="send" onClick={() => void navigator.share({ url: link }).catch(() => {})}>
            Share
          </Button>
        ) : null}
      </div>
      <output className="visually-hidden">{isCopied ? "The link is copied." : ""}</output>
      {copy.problem === null ? null : (
        <p className={styles.hint}>This browser did not copy it. Select the link and copy it.</p>
      )}
    </>
  );
}

function Close() {
  const close = useCloseSheet();
  return (
    <SheetActions>
      <Button onClick={close}>Done</Button>
    </SheetActions>
  );
}
