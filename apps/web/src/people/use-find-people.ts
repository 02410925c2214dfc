import type { Handle, PersonView } from "@ringfence/protocol";
import { useCallback, useEffect, useRef, useState } from "react";
import { useClient } from "../app/client-context.tsx";
import { problemOf, type Problem } from "../app/problem.ts";

/** Typing goes on for this long before the server is asked. */
const typingPauseMs = 150;

interface Found {
  /** The text whose answer this is: the one in the field may be further by now. */
  startsWith: string;
  people: readonly PersonView[];
  next: Handle | null;
}

interface FindPeople {
  /** null while the first page is on its way. */
  found: Found | null;
  problem: Problem | null;
  loadMore: () => Promise<void>;
  tryAgain: () => Promise<void>;
}

/** People whose handle begins with the text; without a text, those this account follows. */
export function useFindPeople(startsWith: string): FindPeople {
  const client = useClient();
  const [found, setFound] = useState<Found | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);

  /** Counts the questions: only the answer to the last one is shown. */
  const last = useRef(0);
  const ask = useCallback(async () => {
    last.current += 1;
    const question = last.current;
    try {
      const answer = await client.people.find(startsWith);
      if (question !== last.current) return;
      setFound({ ...answer, startsWith });
      setProblem(null);
    } catch (error) {
      if (question === last.current) setProblem(problemOf(error));
    }
  }, [client, startsWith]);

  useEffect(() => {
    const pause = setTimeout(() => void ask(), startsWith === "" ? 0 : typingPauseMs);
    return () => {
      clearTimeout(pause);
      last.current += 1;
    };
  }, [ask, startsWith]);

  async function loadMore() {
    if (found?.next == null) return;
    const page = await client.people.find(found.startsWith, found.next);
    // Where something else was found meanwhile, this page belongs to nothing that is shown.
    setFound((now) =>
      now === found
        ? { ...found, people: [...found.people, ...page.people], next: page.next }
        : now,
    );
  }

  return { found, problem, loadMore, tryAgain: ask };
}
