import type { CurrentCall } from "@ringfence/client";
import { useClient } from "../app/client-context.tsx";
import { Button } from "../controls/button.tsx";
import { Sheet, SheetActions, SheetMeaning, useCloseSheet } from "../controls/sheet.tsx";
import styles from "./compare-sheet.module.css";
import { EmojiRow } from "./emoji-row.tsx";
import { comparedBeforeWords, comparingReachesWords, howToCompareWords } from "./trust-words.ts";

interface CompareSheetProps {
  call: CurrentCall;
  onClose: () => void;
}

/** The four emoji of a call, and what the two people say of them. */
export function CompareSheet({ call, onClose }: CompareSheetProps) {
  const { level, emoji } = call.trust;
  const { handle } = call.with;
  if (level === null || emoji === null) return null;
  const before = comparedBeforeWords(level, handle);
  return (
    <Sheet title={`Compare with @${handle}`} onClose={onClose}>
      <SheetMeaning>
        {before === null ? null : <p>{before}</p>}
        <p>{howToCompareWords(handle, call.phase === "connected")}</p>
      </SheetMeaning>
      <div className={styles.emoji}>
        <EmojiRow emoji={emoji} />
      </div>
      <p className={styles.reach}>{comparingReachesWords}</p>
      <CompareActions />
    </Sheet>
  );
}

function CompareActions() {
  const { calls } = useClient();
  const close = useCloseSheet();
  return (
    <SheetActions>
      {/* The first in the sheet has the focus: it is the one that says nothing. */}
      <Button look="quiet" onClick={close}>
        Close
      </Button>
      <Button
        look="danger"
        onClick={() => {
          close();
          calls.theyDiffer();
        }}
      >
        They differ
      </Button>
      <Button
        look="primary"
        onClick={() => {
          close();
          calls.theyMatch();
        }}
      >
        They match
      </Button>
    </SheetActions>
  );
}
