import type { CallingDevice } from "../../tests/browser/calling-device.ts";
import { type Notes, beginNotes, notesOf } from "./notes.ts";
import type { Order } from "./order.ts";

/** A person's browser, as far as this benchmark needs it. Parameters and results are plain JSON. */
export interface Device extends Pick<CallingDevice, "handle" | "ask" | "open" | "press" | "text"> {
  /** From here on it is a new call, in this order. */
  begin(order: Order): Promise<void>;
  /** Waits until the other side was heard, or for so long. */
  notes(timeoutMs: number): Promise<Notes>;
}

export function deviceOf(page: CallingDevice): Device {
  const { handle, ask } = page;
  return {
    handle,
    ask,
    open: (path) => page.open(path),
    press: (button) => page.press(button),
    text: () => page.text(),
    begin: (order) => beginNotes(page, order),
    notes: (timeoutMs) => notesOf(page, timeoutMs),
  };
}
