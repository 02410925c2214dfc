import { useCallback, useEffect, useState } from "react";

interface PictureInPicture {
  /** Whether this browser has it. */
  isOffered: boolean;
  isOn: boolean;
  toggle: () => void;
}

/**
 * The browser's own small window, above everything else on the screen, for the picture that is looked
 * at. It closes by itself when that picture goes.
 */
export function usePictureInPicture(region: HTMLElement | null): PictureInPicture {
  const [isOn, setOn] = useState(false);
  useEffect(() => {
    if (region === null) return;
    const scope = new AbortController();
    const { signal } = scope;
    const enter = ({ target }: Event) => {
      setOn(true);
      // The picture may have left the page by then, and says so to nobody else.
      target?.addEventListener("leavepictureinpicture", () => setOn(false), { once: true, signal });
    };
    region.addEventListener("enterpictureinpicture", enter, { signal, capture: true });
    return () => scope.abort();
  }, [region]);
  const toggle = useCallback(() => {
    const picture = region?.querySelector<HTMLVideoElement>("video[data-main]");
    // A picture that has not begun, or a browser that refuses, leaves it where it is.
    if (document.pictureInPictureElement !== null) {
      void document.exitPictureInPicture().catch(() => {});
    } else void picture?.requestPictureInPicture().catch(() => {});
  }, [region]);
  // Absent, whatever its type says, in Firefox and on some phones.
  return {
    isOffered: "pictureInPictureEnabled" in document && document.pictureInPictureEnabled,
    isOn,
    toggle,
  };
}
