import type { CurrentCall } from "@ringfence/client";
import { useState } from "react";
import { announcementsOf } from "./announcements.ts";

/** Says what changed in the call, to whoever does not see it. */
export function CallAnnouncements({ call }: { call: CurrentCall }) {
  const [told, setTold] = useState({ call, words: "" });
  // Adjusted while drawing, as React advises for state that follows from what is drawn.
  if (told.call !== call) {
    const words = announcementsOf(told.call, call).join(" ");
    setTold({ call, words: words === "" ? told.words : words });
  }
  return (
    <div className="visually-hidden" aria-live="polite">
      {told.words}
    </div>
  );
}
