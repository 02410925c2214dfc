import type { CallSettingsChange } from "@ringfence/protocol";
import { useEffect, useRef, useState } from "react";
import { useClient } from "../app/client-context.tsx";
import { problemOf, type Problem } from "../app/problem.ts";

export interface Proposing {
  propose: (change: CallSettingsChange) => void;
  /** For what its very control decided: it takes effect, and says whom it concerned. */
  changeAndTell: (change: CallSettingsChange) => void;
  /** At once, with nothing asked before. What waited is dropped. */
  changeNow: (change: CallSettingsChange) => void;
  confirm: () => void;
  dismiss: () => void;
  problem: Problem | null;
}

/** Changes of who may ring, from the controls of one page. What waits when it is left is dropped. */
export function useProposing(): Proposing {
  const { callSettings, proposals } = useClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  /** What a question is about: the focus goes back to it. */
  const control = useRef<Element | null>(null);
  useEffect(() => () => proposals.dismiss(), [proposals]);

  async function start(act: () => Promise<void>) {
    setProblem(null);
    try {
      await act();
    } catch (error) {
      setProblem(problemOf(error));
    }
  }
  function begin(act: () => Promise<void>) {
    control.current = document.activeElement;
    void start(act);
  }
  function answer(act: () => Promise<void>) {
    if (control.current instanceof HTMLElement) control.current.focus({ preventScroll: true });
    void start(act);
  }
  return {
    propose: (change) => begin(() => proposals.propose(change)),
    changeAndTell: (change) => begin(() => proposals.changeAndTell(change)),
    changeNow(change) {
      proposals.dismiss();
      begin(() => callSettings.change(change));
    },
    confirm: () => answer(() => proposals.confirm()),
    dismiss: () => answer(async () => proposals.dismiss()),
    problem,
  };
}
