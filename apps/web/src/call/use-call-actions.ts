import type { CurrentCall } from "@ringfence/client";
import { useCallback, useEffect, useEffectEvent, useState } from "react";
import { useClient } from "../app/client-context.tsx";
import { actionOf, type CallAction, isOffered, isSilent } from "./call-shortcuts.ts";
import { usePictureInPicture } from "./use-picture-in-picture.ts";

/** What the buttons and the keys of a call do, and which sheet is open above it. */
export function useCallActions(call: CurrentCall, region: HTMLElement | null) {
  const { calls } = useClient();
  const picture = usePictureInPicture(region);
  const [sheet, setSheet] = useState<"devices" | "compare" | "help" | null>(null);
  const closeSheet = useCallback(() => setSheet(null), []);

  function run(action: CallAction): void {
    switch (action) {
      case "mute":
        calls.setMuted(!isSilent(call));
        return;
      case "camera":
        calls.setCamera(!call.isCameraOn);
        return;
      case "screen":
        if (call.screen === "on") calls.stopSharing();
        else calls.shareScreen();
        return;
      case "picture-in-picture":
        picture.toggle();
        return;
      case "devices":
      case "compare":
      case "help":
        setSheet(action);
    }
  }

  const isOfferedNow = (action: CallAction) => isOffered(action, call, picture.isOffered);
  const press = useEffectEvent((event: KeyboardEvent) => {
    const action = actionOf({ ...keyOf(event), isInField: isInField(event.target) });
    if (action === null || !isOfferedNow(action)) return;
    event.preventDefault();
    run(action);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event);
    region?.addEventListener("keydown", listener);
    return () => region?.removeEventListener("keydown", listener);
  }, [region]);

  return { run, sheet, closeSheet, picture, isOffered: isOfferedNow };
}

function keyOf({ key, ctrlKey, metaKey, altKey, repeat }: KeyboardEvent) {
  return { key, ctrlKey, metaKey, altKey, repeat };
}

function isInField(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, select, textarea, dialog") !== null;
}
