import type { Proposal } from "@ringfence/client";
import { ProblemNotice } from "../app/problem-notice.tsx";
import type { Problem } from "../app/problem.ts";
import { Button } from "../controls/button.tsx";
import { Notice } from "../controls/notice.tsx";
import styles from "./proposal-notice.module.css";
import { changeWords, proposalWords } from "./who-can-ring-words.ts";

interface ProposalNoticeProps {
  proposal: Proposal | null;
  problem: Problem | null;
  /** Said of a change that took effect and concerned nobody. Without it nothing is said. */
  whenNobody?: string;
  onConfirm: () => void;
  onDismiss: () => void;
}

/**
 * Stands under the control that was touched: asks before more people can ring, and says who no
 * longer can. Where a change concerns nobody it is silent.
 */
export function ProposalNotice({
  proposal,
  problem,
  whenNobody,
  onConfirm,
  onDismiss,
}: ProposalNoticeProps) {
  return (
    <>
      <output className={styles.place}>
        {proposal?.state === "asking" ? (
          <Question
            words={proposalWords(proposal.preview)}
            onConfirm={onConfirm}
            onDismiss={onDismiss}
          />
        ) : null}
        {proposal?.state === "done" ? (
          <Done words={changeWords(proposal.preview) ?? whenNobody ?? null} />
        ) : null}
      </output>
      <ProblemNotice problem={problem} />
    </>
  );
}

interface QuestionProps extends Pick<ProposalNoticeProps, "onConfirm" | "onDismiss"> {
  words: string | null;
}

function Question({ words, onConfirm, onDismiss }: QuestionProps) {
  return (
    <div ref={bringIntoView} className={styles.question}>
      <Notice
        tone="attention"
        icon="people"
        action={
          <div className={styles.answers}>
            <Button look="primary" onClick={onConfirm}>
              Change
            </Button>
            <Button onClick={onDismiss}>Keep as it is</Button>
          </div>
        }
      >
        <p className={styles.words}>{words ?? "By now it would let nobody more ring you."}</p>
        <p className={styles.words}>Nothing has changed yet.</p>
      </Notice>
    </div>
  );
}

function Done({ words }: { words: string | null }) {
  return words === null ? null : <Notice icon="check">{words}</Notice>;
}

/** A question below the edge of the window is one that nobody answers. */
function bringIntoView(question: HTMLElement | null): void {
  question?.scrollIntoView({ block: "nearest" });
}
