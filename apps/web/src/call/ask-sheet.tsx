import { limits, type Person } from "@ringfence/protocol";
import { useState } from "react";
import { useClient } from "../app/client-context.tsx";
import type { Problem } from "../app/problem.ts";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { focusComposer } from "../conversations/composer.tsx";
import { Button } from "../controls/button.tsx";
import { Sheet, SheetActions, SheetMeaning, useCloseSheet } from "../controls/sheet.tsx";
import { charactersLeft, TextArea } from "../controls/text-area.tsx";

interface AskSheetProps {
  to: Person;
  onClose: () => void;
}

/** A request to be allowed to call, and what the other will see of it. */
export function AskSheet({ to, onClose }: AskSheetProps) {
  return (
    <Sheet title={`Ask @${to.handle} to call`} onClose={onClose}>
      <AskForm to={to} />
    </Sheet>
  );
}

function AskForm({ to: { handle } }: { to: Person }) {
  const { asks } = useClient();
  const close = useCloseSheet();
  const [reason, setReason] = useState("");
  const send = useAction(async () => {
    await asks.send(handle, reason.trim());
    close();
  });
  if (send.problem?.code === "ask-refused") return <AskRefused problem={send.problem} />;
  const mayBeSent = charactersLeft(reason, limits.askReasonCharactersMax) >= 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (mayBeSent) send.run();
      }}
    >
      <SheetMeaning>
        <p>
          Nothing rings. @{handle} sees a quiet card with your name and, if you give one, the
          reason, and can call you until you withdraw it, for 7 days at most. You hear of it only if
          they let you call.
        </p>
      </SheetMeaning>
      <TextArea
        label="Reason"
        text={reason}
        charactersMax={limits.askReasonCharactersMax}
        onChange={setReason}
      />
      <ProblemNotice problem={send.problem} />
      <SheetActions>
        <Button onClick={close}>Cancel</Button>
        <Button type="submit" look="primary" isBusy={send.isRunning} disabled={!mayBeSent}>
          Send request
        </Button>
      </SheetActions>
    </form>
  );
}

/** It would be refused again: what is left to do is another thing. */
function AskRefused({ problem }: { problem: Problem }) {
  const close = useCloseSheet();
  function write() {
    close();
    focusComposer();
  }
  return (
    <>
      <ProblemNotice problem={problem} />
      <SheetActions>
        <Button onClick={close}>Close</Button>
        <Button ref={takeFocus} look="primary" onClick={write}>
          Write a message
        </Button>
      </SheetActions>
    </>
  );
}

/** What had it is gone. */
function takeFocus(button: HTMLButtonElement | null): void {
  button?.focus();
}
