import { Handle } from "@ringfence/protocol";
import { useParams } from "react-router";

/** The handle of an address such as /messages/@bob; null where no handle can stand there. */
export function useHandleParam(): Handle | null {
  const { who = "" } = useParams();
  if (!who.startsWith("@")) return null;
  const parsed = Handle.safeParse(who);
  return parsed.success ? parsed.data : null;
}
