import { useEffect, useState } from "react";

/** A click or key that was on its way when the buttons came there was meant for something else. */
const ignoredAfterMovingMs = 500;

/**
 * What comes by itself takes no input for a moment after it appears, and can be seen and heard not to;
 * nor after its buttons moved or changed, when the finger was on its way to another. The focus stays then.
 *
 * @param buttons where they are and what they do
 */
export function useSettling(buttons: string): { isNew: boolean; isMoved: boolean } {
  const [settled, setSettled] = useState<string | null>(null);
  useEffect(() => {
    const wait = setTimeout(() => setSettled(buttons), ignoredAfterMovingMs);
    return () => clearTimeout(wait);
  }, [buttons]);
  return { isNew: settled === null, isMoved: settled !== buttons };
}
