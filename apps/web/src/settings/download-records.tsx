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
        One file with what this server keeps of you: your messages and what was written to you, your
        calls, people, devices and settings. Nothing in it opens your account, but it holds your
        conversations: keep it where nobody else reads it.
      </p>
      <div>
        <Button isBusy={download.isRunning} onClick={download.run}>
          Download everything
        </Button>
      </div>
      <output className={styles.soft}>
        {download.isRunning ? "Collecting. With many messages this takes a moment." : ""}
      </output>
      <ProblemNotice problem={download.problem} />
    </div>
  );
}
