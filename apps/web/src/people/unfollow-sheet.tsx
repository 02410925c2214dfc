import type { Handle } from "@ringfence/protocol";
import { useState } from "react";
import { Button } from "../controls/button.tsx";
import { Checkbox } from "../controls/choice.tsx";
import { Sheet, SheetActions, useCloseSheet } from "../controls/sheet.tsx";

interface UnfollowSheetProps {
  person: { handle: Handle };
  onUnfollow: (endGrant: boolean) => void;
  onClose: () => void;
}

/** Who stops following somebody may have forgotten that they gave them a right of their own. */
export function UnfollowSheet({ person: { handle }, onUnfollow, onClose }: UnfollowSheetProps) {
  return (
    <Sheet title={`Stop following @${handle}?`} onClose={onClose}>
      <Choice handle={handle} onUnfollow={onUnfollow} />
    </Sheet>
  );
}

function Choice({
  handle,
  onUnfollow,
}: {
  handle: Handle;
  onUnfollow: (endGrant: boolean) => void;
}) {
  const close = useCloseSheet();
  const [endGrant, setEndGrant] = useState(true);
  return (
    <>
      <Checkbox
        label={`Also end @${handle}'s right to ring you?`}
        isChosen={endGrant}
        onChange={setEndGrant}
      >
        You gave it to them alone: it stays when you stop following, unless you end it here.
      </Checkbox>
      <SheetActions>
        <Button onClick={close}>Cancel</Button>
        <Button
          look="primary"
          onClick={() => {
            close();
            onUnfollow(endGrant);
          }}
        >
          Stop following
        </Button>
      </SheetActions>
    </>
  );
}
