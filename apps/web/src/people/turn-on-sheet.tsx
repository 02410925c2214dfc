import type { Audience, CallSettingsChange, Handle } from "@ringfence/protocol";
import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Button } from "../controls/button.tsx";
import { Sheet, SheetActions, SheetMeaning, useCloseSheet } from "../controls/sheet.tsx";

interface TurnOnSheetProps {
  to: Handle;
  /** Those that were chosen when calls were last on. */
  audiences: readonly Audience[];
  onTurnedOn: () => void;
  onClose: () => void;
}

/**
 * Giving somebody the right to ring says nothing while calls are off. Turning them on may let more
 * people ring than this one, so that it is asked and never done along the way.
 */
export function TurnOnSheet({ onClose, ...rest }: TurnOnSheetProps) {
  return (
    <Sheet title="Your calls are off" onClose={onClose}>
      <TurnOnForm {...rest} />
    </Sheet>
  );
}

function TurnOnForm({ to, audiences, onTurnedOn }: Omit<TurnOnSheetProps, "onClose">) {
  const { callSettings } = useClient();
  const close = useCloseSheet();
  const turnOn = useAction(async (change: CallSettingsChange) => {
    await callSettings.change(change);
    close();
    onTurnedOn();
  });
  const others = audiences.map((audience) => audienceWords[audience]).join(", ");
  return (
    <>
      <SheetMeaning>
        <p>
          While they are off nobody rings you, but whom you ring or ask yourself may ring back: what
          you give @{to} would wait. Turned on, @{to} can ring you, and whoever else you gave a
          right of their own.
        </p>
        {others === "" ? null : (
          <p>
            <strong>As before</strong> also lets these ring again: {others}.{" "}
            <strong>For single people</strong> takes those groups out of your settings.
          </p>
        )}
      </SheetMeaning>
      <ProblemNotice problem={turnOn.problem} />
      <SheetActions>
        <Button onClick={close}>Keep calls off</Button>
        {others === "" ? null : (
          <Button isBusy={turnOn.isRunning} onClick={() => turnOn.run({ calling: "on" })}>
            Turn on as before
          </Button>
        )}
        <Button
          look="primary"
          isBusy={turnOn.isRunning}
          onClick={() => turnOn.run({ calling: "on", audiences: [] })}
        >
          {others === "" ? "Turn calls on" : "Turn on for single people"}
        </Button>
      </SheetActions>
    </>
  );
}

const audienceWords: Readonly<Record<Audience, string>> = {
  "address-book": "your address book",
  mutuals: "mutuals",
  "people-i-follow": "people you follow",
  vouched: "people whom this server vouches for",
  everyone: "everyone",
};
