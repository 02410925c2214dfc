import { useCallback, useEffect, useState } from "react";
import { problemOf, type Problem } from "./problem.ts";

interface Fetched<T> {
  /** null while it is on its way, or where it could not be had. */
  fetched: T | null;
  problem: Problem | null;
  tryAgain: () => Promise<void>;
  /** Says what became of it by an action of this page. */
  change: (change: (fetched: T) => T) => void;
}

/**
 * Something that a page fetches when it is opened and that nobody pushes.
 *
 * @param fetch the same function as long as it fetches the same
 */
export function useFetched<T>(fetch: () => Promise<T>): Fetched<T> {
  const [fetched, setFetched] = useState<T | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const tryAgain = useCallback(async () => {
    try {
      const answer = await fetch();
      setFetched(() => answer);
      setProblem(null);
    } catch (error) {
      setProblem(problemOf(error));
    }
  }, [fetch]);
  useEffect(() => {
    const start = async () => {
      await tryAgain();
    };
    void start();
  }, [tryAgain]);
  return {
    fetched,
    problem,
    tryAgain,
    change: (change) => setFetched((before) => (before === null ? null : change(before))),
  };
}
