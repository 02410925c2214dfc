import type { OwnDevicesSnapshot } from "@ringfence/client";
import { useMatch } from "react-router";
import { useClient } from "../app/client-context.tsx";
import { useAction } from "../app/use-action.ts";
import { Button, ButtonLink } from "../controls/button.tsx";
import { Notice } from "../controls/notice.tsx";
import { BeginAnew } from "./begin-anew.tsx";
import { faultWords, unavailableWords } from "./linking-words.ts";

interface OwnDevicesWarningProps {
  of: OwnDevicesSnapshot;
  /** Puts away what nobody can mend here. */
  onLater?: () => void;
}

/** What is wrong with this account's own devices, wherever it is looked at. */
export function OwnDevicesWarning({ of, onLater }: OwnDevicesWarningProps) {
  const { ownDevices } = useClient();
  const isInSettings = useMatch("/settings/devices") !== null;
  const accept = useAction(() => ownDevices.accept("wasBegunAnew"));
  switch (of.state) {
    case "loading":
      return null;
    case "unavailable":
      return (
        <Notice
          tone="attention"
          icon="warning"
          action={
            onLater && (
              <Button look="quiet" onClick={onLater}>
                Later
              </Button>
            )
          }
        >
          {unavailableWords}
        </Notice>
      );
    case "faulty":
      return (
        <Notice tone="problem" icon="warning" action={<BeginAnew />}>
          <strong>Something is wrong with your account’s devices.</strong> {faultWords(of.fault)} Do
          not link a device until whoever runs this server has explained it. Your calls may be
          refused meanwhile.
        </Notice>
      );
    case "known":
      return of.wasBegunAnew ? (
        <Notice
          tone="attention"
          icon="warning"
          action={
            <>
              {isInSettings ? null : (
                <ButtonLink to="/settings/devices">Look at my devices</ButtonLink>
              )}
              <Button isBusy={accept.isRunning} onClick={accept.run}>
                That was me
              </Button>
            </>
          }
        >
          <strong>Your account’s devices were begun anew</strong>, as happens with the recovery code
          or when no linked device is signed in. If that was not you, somebody else is in your
          account: sign out the devices you do not know, and tell people you call.
        </Notice>
      ) : null;
  }
}
