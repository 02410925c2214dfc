import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Button } from "../controls/button.tsx";
import styles from "./data-page.module.css";
import { saveFile } from "./save-file.ts";

/** Everything that the server keeps of the account, as a file. */
export function DownloadRecords() {
  const { records } = useClient();
  const download = useAction(async () => saveFile(await records.export(), "ringfence-export.json"));
  return (
    <div className={styles.choosing}>
      <p>
        One file with all of the above: your messages and what was written to you, your calls,
        people and settings. Nothing in it opens your account, but it holds your conversations: keep
        it where nobody else reads it.
      </p>
      <div>
        <Button isBusy={download.isRunning} onClick={download.run}>
          Download everything
        </Button>
      </div>
      <p role="status" className={styles.soft}>
        {download.isRunning ? "Collecting. With many messages this takes a moment." : ""}
      </p>
      <ProblemNotice problem={download.problem} />
    </div>
  );
}
