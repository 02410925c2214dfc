import { useClient } from "./client-context.tsx";

/** The tap on *Let Ringfence ring*: sound while a page is open, notifications while none is. */
export function useLetRing(): () => Promise<void> {
  const { calls, push } = useClient();
  return () => {
    calls.allowSound();
    return push.allow();
  };
}
