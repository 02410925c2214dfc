import type { Handle } from "@ringfence/protocol";
import {
  createContext,
  useCallback,
  useContext,
  useState,
  type ReactNode,
  type RefCallback,
} from "react";

/** What pages leave behind for when they are opened again: in memory, for one person's visit. */
interface Kept {
  /** Messages that were begun. */
  drafts: Map<Handle, string>;
  /** How far a list was scrolled, in pixels. */
  scrolls: Map<string, number>;
}

const KeptContext = createContext<Kept | null>(null);

export function KeptProvider({ children }: { children: ReactNode }) {
  const [kept] = useState<Kept>(() => ({ drafts: new Map(), scrolls: new Map() }));
  return <KeptContext value={kept}>{children}</KeptContext>;
}

function useKept(): Kept {
  const kept = useContext(KeptContext);
  if (kept === null) throw new Error("useKept stands outside of KeptProvider");
  return kept;
}

/** The message that was begun to a person, also after another page was open. */
export function useDraft(to: Handle): [string, (text: string) => void] {
  const { drafts } = useKept();
  const [text, setText] = useState(() => drafts.get(to) ?? "");
  const keep = (next: string) => {
    if (next === "") drafts.delete(to);
    else drafts.set(to, next);
    setText(next);
  };
  return [text, keep];
}

/** A ref for what scrolls: it comes back as far down as it was left. */
export function useKeptScroll(of: string): RefCallback<HTMLElement> {
  const { scrolls } = useKept();
  return useCallback(
    (element) => {
      if (element === null) return;
      element.scrollTop = scrolls.get(of) ?? 0;
      return () => void scrolls.set(of, element.scrollTop);
    },
    [scrolls, of],
  );
}
