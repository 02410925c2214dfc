import type { CallKind, CallStanding, Granted, Person } from "@ringfence/protocol";
import { useState } from "react";
import { useClient } from "../app/client-context.tsx";
import { giveFocusBack } from "../app/give-focus-back.ts";
import { useNow } from "../app/use-now.ts";
import { useObservable } from "../app/use-observable.ts";
import { Button, IconButton } from "../controls/button.tsx";
import { grantedWords } from "../people/grant-words.ts";
import { AskSheet } from "./ask-sheet.tsx";
import { AskedLine } from "./asked-line.tsx";
import styles from "./call-buttons.module.css";
import { FirstRingSheet } from "./first-ring-sheet.tsx";
import { isInCall } from "./in-call.ts";

interface CallButtonsProps {
  to: Person;
  standing: CallStanding;
}

/**
 * The server's decision at the top right of a conversation: two buttons to call, one to ask, or a
 * neutral line; and below, the right that was given, and the ask that was sent.
 */
export function CallButtons({
  to,
  standing: { callButton, asked, granted, isFirstRing, route },
}: CallButtonsProps) {
  const { calls } = useClient();
  const [sheet, setSheet] = useState<CallKind | "ask" | null>(null);
  // A sheet says that it was closed when the next one may be open.
  const close = (which: typeof sheet) => setSheet((open) => (open === which ? null : open));
  return (
    <>
      {callButton === "call" ? (
        <RingButtons onRing={(kind) => (isFirstRing ? setSheet(kind) : calls.ring(to, kind))} />
      ) : null}
      {callButton === "call" && route === "direct" ? (
        <p className={styles.neutral}>
          Calls are direct: you will see each other's internet address.
        </p>
      ) : null}
      {callButton === "ask" && asked === null ? (
        <div ref={giveFocusBack} className={styles.ask}>
          <Button onClick={() => setSheet("ask")}>Ask to call</Button>
        </div>
      ) : null}
      {callButton === "none" && asked === null ? (
        <p className={styles.neutral}>
          You can't call @{to.handle} here. Calls open when @{to.handle} allows them.
        </p>
      ) : null}
      {granted === null ? null : <GrantedLine from={to} granted={granted} />}
      {asked === null ? null : <AskedLine to={to} />}
      {sheet === "ask" ? <AskSheet to={to} onClose={() => close("ask")} /> : null}
      {sheet === "audio" || sheet === "video" ? (
        <FirstRingSheet
          to={to}
          kind={sheet}
          onAsk={asked === null ? () => setSheet("ask") : null}
          onRing={() => calls.ring(to, sheet)}
          onClose={() => close(sheet)}
        />
      ) : null}
    </>
  );
}

function GrantedLine({ from, granted }: { from: Person; granted: Granted }) {
  return (
    <p className={styles.neutral}>
      @{from.handle} {grantedWords(granted, useNow())}.
    </p>
  );
}

function RingButtons({ onRing }: { onRing: (kind: CallKind) => void }) {
  const { calls } = useClient();
  const isBusy = isInCall(useObservable(calls.snapshot));
  return (
    <div ref={giveFocusBack} className={styles.buttons}>
      <IconButton
        icon="phone"
        label="Audio call"
        look="accent"
        disabled={isBusy}
        onClick={() => onRing("audio")}
      />
      <IconButton
        icon="video"
        label="Video call"
        look="accent"
        disabled={isBusy}
        onClick={() => onRing("video")}
      />
    </div>
  );
}
