import type { Receipt } from "@ringfence/client";
import type { CallId } from "@ringfence/protocol";
import { useState } from "react";
import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Button } from "../controls/button.tsx";
import { Checkbox } from "../controls/choice.tsx";
import { Confirm } from "../controls/confirm.tsx";
import { SheetActions } from "../controls/sheet.tsx";
import { saveFile } from "../settings/save-file.ts";
import styles from "./receipt-actions.module.css";
import { otherOf } from "./receipt-words.ts";

/** What a person can do with a receipt: take it away as a file, or remove it here. */
export function ReceiptActions({ receipt }: { receipt: Receipt }) {
  const [isExporting, setExporting] = useState(false);
  const { receipts } = useClient();
  const removal = useAction(() => receipts.remove(receipt.call.id as CallId));
  if (isExporting) return <Export receipt={receipt} onCancel={() => setExporting(false)} />;
  return (
    <>
      <ProblemNotice problem={removal.problem} />
      <SheetActions>
        <Confirm
          action="Delete receipt"
          look="quiet"
          question="Delete this receipt?"
          onConfirm={removal.run}
        >
          <p>It is on this device alone, and cannot be made again.</p>
        </Confirm>
        <Button look="plain" onClick={() => setExporting(true)}>
          Export…
        </Button>
      </SheetActions>
    </>
  );
}

/** What a file says and to whom is read before there is one. */
function Export({ receipt, onCancel }: { receipt: Receipt; onCancel: () => void }) {
  const { receipts } = useClient();
  const [withOther, setWithOther] = useState(false);
  const handle = otherOf(receipt);
  const callId = receipt.call.id as CallId;
  const saving = useAction(async () => {
    const file = await receipts.makeFile(callId, { withOther });
    if (file === null) return;
    const text = `${JSON.stringify(file, null, 2)}\n`;
    saveFile(new Blob([text], { type: "application/json" }), `receipt-${callId}.json`);
    onCancel();
  });
  return (
    <div className={styles.export}>
      <h3 className={styles.title}>Export this receipt</h3>
      <p>
        A file that you signed. It names you, @{handle} and the time of the call
        {receipt.shown.length === 0 ? "" : ", and holds the addresses above"}. Anybody can check
        with it that your device says so, and not that it is true of @{handle}.
      </p>
      <Checkbox label={`With what @${handle} signed`} isChosen={withOther} onChange={setWithOther}>
        Then the file proves to anyone who has it that a device of @{handle} was in this call with
        you. Neither of you can deny it any more. Ask @{handle} first.
      </Checkbox>
      <ProblemNotice problem={saving.problem} />
      <SheetActions>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
        <Button look="primary" isBusy={saving.isRunning} onClick={saving.run}>
          Export
        </Button>
      </SheetActions>
    </div>
  );
}
