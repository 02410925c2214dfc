import type { CurrentCall, IncomingCall } from "@ringfence/client";
import { useCallback, useEffect, useRef } from "react";
import { useClient } from "../app/client-context.tsx";
import { focusPage } from "../app/give-focus-back.ts";
import { useObservable } from "../app/use-observable.ts";
import { nameOfCall } from "../conversations/call-line-words.ts";
import { waitingWords } from "./accept-words.ts";
import { IncomingCallCard } from "./incoming-call-card.tsx";
import styles from "./incoming-calls.module.css";
import { ringReasonWords } from "./ring-reason-words.ts";

/** Every ring of this account, above whatever else is on the page. It never takes the focus. */
export function IncomingCalls() {
  const { calls } = useClient();
  const { incoming, current, returnable } = useObservable(calls.snapshot);
  const newest = incoming.at(-1);
  const words = newest === undefined ? "" : announcement(newest, returnable ?? current);
  return (
    <>
      {/* Always there, because a live region is only heard when something in it changes. */}
      <div className="visually-hidden" aria-live="assertive">
        {newest?.isQuiet === false ? words : ""}
      </div>
      {/* What makes no sound interrupts nobody who listens to the page either. */}
      <div className="visually-hidden" aria-live="polite">
        {newest?.isQuiet === true ? words : ""}
      </div>
      {incoming.length === 0 ? null : <IncomingRegion />}
    </>
  );
}

function announcement(call: IncomingCall, standing: Pick<CurrentCall, "with"> | null): string {
  const { kind, with: person, reason } = call;
  const waiting = waitingWords(call, standing);
  return [
    `Incoming ${nameOfCall(kind).toLowerCase()} from ${person.displayName}, @${person.handle}.`,
    ...(reason === null ? [] : [`${ringReasonWords(reason)}.`]),
    ...(waiting === null ? [] : [waiting]),
    // A touch screen alone comes without the key.
    ...(matchMedia("(hover: hover)").matches ? ["Press F6 to answer."] : []),
  ].join(" ");
}

/** Stands in the page and not over it: nothing that has the focus is ever hidden behind a ring. */
function IncomingRegion() {
  const { calls } = useClient();
  const { incoming } = useObservable(calls.snapshot);
  const region = useRef<HTMLElement>(null);
  const focusedBefore = useRef<HTMLElement | null>(null);

  const keepFocus = useCallback((card: HTMLElement | null) => {
    if (card === null) return;
    const remember = ({ relatedTarget }: FocusEvent) => {
      if (!(relatedTarget instanceof HTMLElement)) return;
      if (region.current?.contains(relatedTarget) !== true) focusedBefore.current = relatedTarget;
    };
    card.addEventListener("focusin", remember);
    return () => {
      card.removeEventListener("focusin", remember);
      if (!card.contains(document.activeElement)) return;
      // Whoever was here when the ring ended goes back to where they came from, unless what took
      // the ring's place has the focus by then.
      queueMicrotask(() => {
        if (document.activeElement === document.body) goBack(focusedBefore.current);
      });
    };
  }, []);

  useEffect(() => {
    const moveFocus = (event: KeyboardEvent) => {
      if (event.key !== "F6") return;
      event.preventDefault();
      const { activeElement } = document;
      if (region.current?.contains(activeElement) === true) {
        goBack(focusedBefore.current);
        return;
      }
      // The newest: it is the one that was announced.
      const cards = region.current?.querySelectorAll<HTMLElement>("[role=alertdialog]") ?? [];
      [...cards].at(-1)?.focus();
    };
    addEventListener("keydown", moveFocus);
    return () => removeEventListener("keydown", moveFocus);
  }, []);

  return (
    <section ref={region} className={styles.region} aria-label="Incoming call">
      {incoming.map((call, place) => (
        <IncomingCallCard call={call} place={place} keepFocus={keepFocus} key={call.callId} />
      ))}
    </section>
  );
}

/** The page's heading takes the place of what is gone, or of a focus that was nowhere. */
function goBack(element: HTMLElement | null): void {
  element?.focus();
  if (element === null || document.activeElement !== element) focusPage();
}
