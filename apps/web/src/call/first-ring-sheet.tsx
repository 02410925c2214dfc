import type { CallKind, Person } from "@ringfence/protocol";
import { focusComposer } from "../conversations/composer.tsx";
import { Button } from "../controls/button.tsx";
import { Sheet, SheetActions, SheetMeaning, useCloseSheet } from "../controls/sheet.tsx";

interface FirstRingSheetProps {
  to: Person;
  kind: CallKind;
  /** null where this account asked already. */
  onAsk: (() => void) | null;
  onRing: () => void;
  onClose: () => void;
}

/** Before the first ring of a person, or the first one for a long time: there are gentler ways. */
export function FirstRingSheet({ onClose, ...choices }: FirstRingSheetProps) {
  const { handle } = choices.to;
  return (
    <Sheet title={`Ring @${handle} now?`} onClose={onClose}>
      <SheetMeaning>
        <p>
          You have not rung @{handle} before, or not for half a year. A ring interrupts; a word
          first does not.
        </p>
      </SheetMeaning>
      <Choices {...choices} />
    </Sheet>
  );
}

function Choices({ kind, onAsk, onRing }: Omit<FirstRingSheetProps, "onClose">) {
  const close = useCloseSheet();
  const closeAnd = (next: () => void) => () => {
    close();
    next();
  };
  return (
    <SheetActions>
      <Button onClick={closeAnd(focusComposer)}>Message first</Button>
      {onAsk === null ? null : <Button onClick={closeAnd(onAsk)}>Ask to call</Button>}
      <Button look="primary" icon={kind === "audio" ? "phone" : "video"} onClick={closeAnd(onRing)}>
        Ring now
      </Button>
    </SheetActions>
  );
}
