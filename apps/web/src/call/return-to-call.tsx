import type { ReturnableCall } from "@ringfence/client";
import { useClient } from "../app/client-context.tsx";
import { giveFocusBack } from "../app/give-focus-back.ts";
import { Button } from "../controls/button.tsx";
import { Notice } from "../controls/notice.tsx";
import styles from "./return-to-call.module.css";

/**
 * The page that had the call was reloaded, or has crashed. Nothing is open before the person says so:
 * the camera not even then, whatever the call began with.
 */
export function ReturnToCall({ call }: { call: ReturnableCall }) {
  const { calls } = useClient();
  return (
    <section ref={giveFocusBack} aria-label="Call">
      <Notice
        tone="attention"
        icon={call.kind === "audio" ? "phone" : "video"}
        action={
          <div className={styles.actions}>
            <Button look="danger" icon="hang-up" onClick={() => calls.hangUp()}>
              Hang up
            </Button>
            <Button
              look="primary"
              icon="phone"
              onClick={() => calls.returnToCall({ camera: false })}
            >
              Return to the call
            </Button>
          </div>
        }
      >
        <span role="alert">
          You are in a call with @{call.with.handle}. They are waiting, and cannot hear you now.
        </span>
      </Notice>
    </section>
  );
}
