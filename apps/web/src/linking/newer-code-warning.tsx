import type { NewerCode } from "@ringfence/client";
import { useClient } from "../app/client-context.tsx";
import { Button } from "../controls/button.tsx";
import { Notice } from "../controls/notice.tsx";
import { newerCodeTitle } from "./linking-words.ts";

/** Another device made a recovery code: whoever stole the password could have. */
export function NewerCodeWarning({ newer }: { newer: NewerCode }) {
  const { waysIn } = useClient();
  const until = new Date(newer.olderUntil).toLocaleDateString([], {
    day: "numeric",
    month: "long",
  });
  return (
    <Notice
      tone="attention"
      icon="warning"
      action={<Button onClick={() => waysIn.dismissNewerCode()}>That was me</Button>}
    >
      <strong>{newerCodeTitle}</strong> on another device. If that was not you, somebody has your
      password. Your code from before works until {until}: sign out, use it, and everybody else is
      out.
    </Notice>
  );
}
