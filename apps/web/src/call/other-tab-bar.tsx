import type { CurrentCall } from "@ringfence/client";
import { useClient } from "../app/client-context.tsx";
import { Button } from "../controls/button.tsx";
import { Notice } from "../controls/notice.tsx";

/** This profile's call is held by another tab. */
export function OtherTabBar({ call }: { call: CurrentCall }) {
  const { calls } = useClient();
  const isRinging = call.phase === "ringing";
  return (
    <section aria-label="Call">
      <Notice
        icon="phone"
        action={
          <Button look="danger" icon="hang-up" onClick={() => calls.hangUp()}>
            {isRinging ? "Cancel call" : "Hang up"}
          </Button>
        }
      >
        {isRinging
          ? `Ringing @${call.with.handle} in another tab.`
          : `In a call with @${call.with.handle} in another tab.`}
      </Notice>
    </section>
  );
}
