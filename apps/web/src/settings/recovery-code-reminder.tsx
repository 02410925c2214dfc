import { useCallback } from "react";
import { useClient } from "../app/client-context.tsx";
import { useFetched } from "../app/use-fetched.ts";
import { ButtonLink } from "../controls/button.tsx";
import { Notice } from "../controls/notice.tsx";

/** For whoever has no passkey, and no recovery code or never said that they kept it. */
export function RecoveryCodeReminder() {
  const { waysIn } = useClient();
  const { fetched } = useFetched(useCallback(() => waysIn.list(), [waysIn]));
  if (fetched === null || fetched.recoveryCode?.isKept === true) return null;
  if (fetched.passkeys.length > 0) return null;
  return (
    <Notice icon="lock" action={<ButtonLink to="/settings/devices">Recovery code</ButtonLink>}>
      If you forgot your password now, nobody could let you back in.
    </Notice>
  );
}
