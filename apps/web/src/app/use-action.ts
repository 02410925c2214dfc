import { useRef, useState } from "react";
import { problemOf, type Problem } from "./problem.ts";

interface Action<Arguments extends unknown[]> {
  run: (...args: Arguments) => void;
  isRunning: boolean;
  problem: Problem | null;
}

/** An action that a person started: whether it still runs, and why it failed. */
export function useAction<Arguments extends unknown[]>(
  act: (...args: Arguments) => Promise<unknown>,
): Action<Arguments> {
  const [isRunning, setRunning] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const isTaken = useRef(false);

  async function start(args: Arguments) {
    // A second tap comes before React drew the first one.
    if (isTaken.current) return;
    isTaken.current = true;
    setRunning(true);
    setProblem(null);
    try {
      await act(...args);
    } catch (error) {
      setProblem(problemOf(error));
    }
    isTaken.current = false;
    setRunning(false);
  }

  return { run: (...args) => void start(args), isRunning, problem };
}
