import { limits, type Handle } from "@ringfence/protocol";
import { useState } from "react";
import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Button } from "../controls/button.tsx";
import { Notice } from "../controls/notice.tsx";
import { Sheet, SheetActions, SheetMeaning, useCloseSheet } from "../controls/sheet.tsx";
import { charactersLeft, TextArea } from "../controls/text-area.tsx";

interface ReportButtonProps {
  of: Handle;
  /** What it is about: the person, or that they tried to ring. */
  about?: "person" | "attempt";
}

/** Tells whoever runs this server about a person, in the reporter's own words. */
export function ReportButton({ of, about = "person" }: ReportButtonProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button look="quiet" onClick={() => setOpen(true)}>
        Report
      </Button>
      {isOpen ? (
        <Sheet title={`Report @${of}`} onClose={() => setOpen(false)}>
          <ReportForm of={of} about={about} />
        </Sheet>
      ) : null}
    </>
  );
}

function ReportForm({ of, about }: Required<ReportButtonProps>) {
  const { people } = useClient();
  const close = useCloseSheet();
  const [text, setText] = useState("");
  const [isSent, setSent] = useState(false);
  const send = useAction(async () => {
    await people.report({ handle: of, about, text: text.trim() });
    setSent(true);
  });
  if (isSent) return <Sent onClose={close} />;
  const isEmpty = text.trim() === "";
  const mayBeSent = !isEmpty && charactersLeft(text, limits.reportCharactersMax) >= 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (mayBeSent) send.run();
      }}
    >
      <SheetMeaning>
        <p>
          Whoever runs this server reads your words with both your names. @{of} is not told. To stop
          hearing from them now, block them.
        </p>
      </SheetMeaning>
      <TextArea
        label="What happened"
        text={text}
        charactersMax={limits.reportCharactersMax}
        rows={5}
        onChange={setText}
      />
      <ProblemNotice problem={send.problem} />
      <SheetActions>
        <Button onClick={close}>Cancel</Button>
        <Button type="submit" look="primary" isBusy={send.isRunning} disabled={!mayBeSent}>
          Send report
        </Button>
      </SheetActions>
    </form>
  );
}

/** The button that sent it is gone: the focus goes on to the one that is left. */
function Sent({ onClose }: { onClose: () => void }) {
  return (
    <>
      <SheetMeaning>
        <output>
          <Notice icon="check">Sent. Whoever runs this server can read it now.</Notice>
        </output>
      </SheetMeaning>
      <SheetActions>
        <Button ref={focusOnce} onClick={onClose}>
          Close
        </Button>
      </SheetActions>
    </>
  );
}

function focusOnce(button: HTMLButtonElement | null): void {
  button?.focus();
}
