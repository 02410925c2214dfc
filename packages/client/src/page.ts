/**
 * What happens to a page.
 * - `online`: the machine has a network again.
 * - `moved`: its network became another, where the browser tells that.
 * - `shown`: the page is looked at again.
 * - `hidden`: it is looked at no more, and may still be open.
 * - `leaving`: the page is closed, reloaded, left, or put away by the browser.
 * - `gesture`: the person touched or typed, which is when a browser lets a page make sound.
 */
export type PageEvent = "online" | "moved" | "shown" | "hidden" | "leaving" | "gesture";

export interface Page {
  on(event: PageEvent, listener: () => void, signal: AbortSignal): void;
  isShown(): boolean;
}

export function browserPage(): Page {
  return {
    isShown: () => document.visibilityState === "visible",
    on(event, listener, signal) {
      switch (event) {
        case "online":
          window.addEventListener("online", listener, { signal });
          return;
        case "moved":
          onOtherNetwork(navigator, listener, signal);
          return;
        case "shown":
        case "hidden":
          document.addEventListener(
            "visibilitychange",
            () => {
              if ((document.visibilityState === "visible") === (event === "shown")) listener();
            },
            { signal },
          );
          return;
        case "leaving":
          window.addEventListener("pagehide", listener, { signal });
          return;
        case "gesture":
          for (const type of ["pointerup", "keydown"]) {
            window.addEventListener(type, listener, { signal, capture: true });
          }
      }
    },
  };
}

/** The Network Information API, which not every browser has. */
interface Network extends EventTarget {
  /** Such as `wifi`; desktop browsers do not tell. */
  readonly type?: string;
}

function onOtherNetwork(
  { connection }: Navigator & { connection?: Network },
  listener: () => void,
  signal: AbortSignal,
): void {
  if (connection === undefined) return;
  let type = connection.type;
  const look = () => {
    // It tells of every other estimate of the speed, too.
    if (connection.type === type) return;
    type = connection.type;
    listener();
  };
  connection.addEventListener("change", look, { signal });
}
