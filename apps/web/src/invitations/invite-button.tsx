import { lazy, Suspense, useState } from "react";
import { Button } from "../controls/button.tsx";

/** Fetched when somebody invites: the code's library is of no use to anybody else. */
const InviteSheet = lazy(async () => ({
  default: (await import("./invite-sheet.tsx")).InviteSheet,
}));

/** Makes a link for one person, who then follows and can call whoever invited. */
export function InviteButton() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button icon="follow" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        Invite
      </Button>
      {isOpen ? (
        <Suspense>
          <InviteSheet onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
