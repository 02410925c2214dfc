import type { CurrentCall } from "@ringfence/client";
import type { CallId } from "@ringfence/protocol";
import { useState } from "react";
import { useClient } from "../app/client-context.tsx";
import { Button } from "../controls/button.tsx";
import { EmojiList } from "../controls/emoji-list.tsx";
import { Sheet, SheetActions, SheetMeaning, useCloseSheet } from "../controls/sheet.tsx";
import styles from "./compare-sheet.module.css";
import { comparedBeforeWords, comparingReachesWords, howToCompareWords } from "./trust-words.ts";

interface CompareSheetProps {
  call: CurrentCall;
  onClose: () => void;
}

/** The four emoji of a call, and what the two people say of them. */
export function CompareSheet({ call, onClose }: CompareSheetProps) {
  const [callId] = useState(call.callId);
  const { level, emoji } = call.trust;
  const { handle } = call.with;
  // Another call has taken its place: these two were not about that.
  if (callId === null || callId !== call.callId) return null;
  if (level === null || emoji === null) return null;
  const before = comparedBeforeWords(level, handle);
  return (
    <Sheet title={`Compare with @${handle}`} onClose={onClose}>
      <SheetMeaning>
        {before === null ? null : <p>{before}</p>}
        <p>{howToCompareWords(handle, call.phase === "connected")}</p>
      </SheetMeaning>
      <div className={styles.emoji}>
        <EmojiList name="Emoji of this call" size="large" emoji={emoji} />
      </div>
      <p className={styles.reach}>{comparingReachesWords}</p>
      <CompareActions callId={callId} />
    </Sheet>
  );
}

function CompareActions({ callId }: { callId: CallId }) {
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
          calls.theyDiffer(callId);
        }}
      >
        They differ
      </Button>
      <Button
        look="primary"
        onClick={() => {
          close();
          calls.theyMatch(callId);
        }}
      >
        They match
      </Button>
    </SheetActions>
  );
}
