import { useClient } from "../app/client-context.tsx";
import { useAction } from "../app/use-action.ts";
import { Button } from "../controls/button.tsx";
import { Notice } from "../controls/notice.tsx";
import { linkedTitle } from "./linking-words.ts";

/** Says once, on the device that was linked, that it was: whoever links decides who it calls as. */
export function LinkedNotice() {
  const { ownDevices } = useClient();
  const accept = useAction(() => ownDevices.accept("wasLinkedByAnother"));
  return (
    <Notice
      tone="attention"
      icon="devices"
      action={
        <Button isBusy={accept.isRunning} onClick={accept.run}>
          That was me
        </Button>
      }
    >
      <strong>{linkedTitle}</strong> If that was not you, somebody else is in your account: look in
      Settings, under Devices and keys, and sign out what you do not know.
    </Notice>
  );
}
