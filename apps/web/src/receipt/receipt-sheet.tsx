import type { Receipt, ReceiptView } from "@ringfence/client";
import type { CallEntry, CallId } from "@ringfence/protocol";
import { Fragment, type ReactNode } from "react";
import { useClient } from "../app/client-context.tsx";
import { useObservable } from "../app/use-observable.ts";
import { lengthOf } from "../call/duration.ts";
import { Icon, type IconName } from "../controls/icon.tsx";
import { LoadingRows } from "../controls/loading.tsx";
import { Notice } from "../controls/notice.tsx";
import { Sheet } from "../controls/sheet.tsx";
import { nameOfCall } from "../conversations/call-line-words.ts";
import { dateWords, timeOfDay } from "../conversations/time-words.ts";
import { ReceiptActions } from "./receipt-actions.tsx";
import styles from "./receipt-sheet.module.css";
import {
  breachWords,
  encryptionWords,
  keptWords,
  otherOf,
  routeWords,
  seenWords,
  shownAddresses,
  whoWords,
} from "./receipt-words.ts";
import { EmojiList } from "../controls/emoji-list.tsx";

interface ReceiptSheetProps {
  callId: CallId;
  /** As the thread remembers it; null where the call has no line in one yet. */
  entry: CallEntry | null;
  onClose: () => void;
}

/** What really happened in a call, as this device saw it: a sheet on a phone, beside the page on a desktop. */
export function ReceiptSheet({ callId, entry, onClose }: ReceiptSheetProps) {
  const { receipts } = useClient();
  const view = useObservable(receipts.of(callId));
  return (
    <Sheet title="Receipt" look="panel" onClose={onClose}>
      <section aria-label="Receipt" className={styles.receipt}>
        <Seen view={view} entry={entry} />
      </section>
    </Sheet>
  );
}

function Seen({ view, entry }: { view: ReceiptView; entry: CallEntry | null }) {
  switch (view.state) {
    case "loading":
      return <LoadingRows of="the receipt" />;
    case "missing":
      return <p className={styles.lead}>{missingWords(entry)}</p>;
    case "failed":
      return (
        <Notice icon="warning" tone="attention">
          This browser did not keep a receipt of this call. It keeps nothing in a private window, or
          where the storage of this page is switched off.
        </Notice>
      );
    case "ready":
      return <Whole {...view} />;
  }
}

/** No device of this account but the one that was in a call knows what happened there. */
function missingWords(entry: CallEntry | null): string {
  const wasAnswered = entry?.outcome === "answered" || entry?.outcome === "failed";
  return wasAnswered
    ? "This device was not in that call, or keeps nothing of it any more. A receipt stays on the device that made it: look there."
    : "Nobody answered, so the two devices never met, and there is nothing to show of it here.";
}

function Whole({ receipt, breaches, emoji }: Extract<ReceiptView, { state: "ready" }>) {
  const handle = otherOf(receipt);
  const addresses = shownAddresses(receipt);
  return (
    <>
      <p className={styles.lead}>{headWords(receipt)}</p>
      {breaches.map((breach) => (
        <Notice icon="warning" tone="problem" key={breach}>
          {breachWords(breach, handle)}
        </Notice>
      ))}
      <Fact icon="hidden" title={`What @${handle} could have seen`}>
        <p>{seenWords(receipt)}</p>
        {addresses.length === 0 ? null : (
          <>
            <ul className={styles.addresses}>
              {addresses.map(({ address, words }) => (
                <li key={address}>
                  <code>{address}</code>
                  <span>{words}</span>
                </li>
              ))}
            </ul>
            <p>It works both ways: your device could have seen theirs.</p>
          </>
        )}
      </Fact>
      <Fact icon="direct" title="The way it took">
        <p>{routeWords(receipt)}</p>
      </Fact>
      <Fact icon="lock" title="Encryption">
        {encryptionWords(receipt, breaches).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </Fact>
      <Fact icon="people" title="Who it was">
        <p>{whoWords(receipt)}</p>
        {emoji === null ? null : <EmojiList name="Emoji of this call" size="large" emoji={emoji} />}
      </Fact>
      <Fact icon="data" title="What this server keeps">
        <Kept receipt={receipt} />
      </Fact>
      <p className={styles.reach}>
        Written by this page on this device, from what the browser measured. The page itself came
        from this server.
      </p>
      <ReceiptActions receipt={receipt} />
    </>
  );
}

function Kept({ receipt }: { receipt: Receipt }) {
  const days = useObservable(useClient().receipts.recordDays);
  return keptWords(receipt, days).map((sentence) => <p key={sentence}>{sentence}</p>);
}

function Fact({ icon, title, children }: { icon: IconName; title: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <Icon name={icon} />
      <div>
        <h3 className={styles.title}>{title}</h3>
        {children}
      </div>
    </div>
  );
}

function headWords({ call }: Receipt): ReactNode {
  const { begunAt, connectedAt, endedAt, kind, madeBy, caller, callee } = call;
  const with_ = madeBy === "caller" ? `to @${callee}` : `from @${caller}`;
  const length = connectedAt === null ? "not connected" : lengthOf(endedAt - connectedAt);
  return (
    <Fragment>
      {nameOfCall(kind)} {with_} · {dateWords(begunAt)}, {timeOfDay(begunAt)} · {length}
    </Fragment>
  );
}

/** A receipt that opens by itself, because something in it was not as promised. */
export function BrokenPromise() {
  const { receipts } = useClient();
  const broken = useObservable(receipts.broken);
  if (broken === null) return null;
  return (
    <ReceiptSheet
      callId={broken.call.id as CallId}
      entry={null}
      onClose={() => receipts.dismissBroken()}
    />
  );
}
