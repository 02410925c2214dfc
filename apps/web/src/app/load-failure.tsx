import { Button } from "../controls/button.tsx";
import { Notice } from "../controls/notice.tsx";
import { giveFocusBack } from "./give-focus-back.ts";
import styles from "./load-failure.module.css";
import { useAction } from "./use-action.ts";

interface LoadFailureProps {
  /** What could not be loaded, in a sentence. */
  children: string;
  onTryAgain: () => Promise<unknown>;
}

/** Stands where something could not be loaded, with the one thing to do about it. */
export function LoadFailure({ children, onTryAgain }: LoadFailureProps) {
  const again = useAction(onTryAgain);
  return (
    <div ref={giveFocusBack} className={styles.failure} role="alert">
      <Notice
        tone="problem"
        icon="warning"
        action={
          <Button isBusy={again.isRunning} onClick={again.run}>
            Try again
          </Button>
        }
      >
        {children}
      </Notice>
    </div>
  );
}
