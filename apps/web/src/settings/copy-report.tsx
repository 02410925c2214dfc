import type { ConnectionTestSnapshot } from "@ringfence/client";
import { useState } from "react";
import { useAction } from "../app/use-action.ts";
import { thisBrowser } from "../call/this-browser.ts";
import { Button } from "../controls/button.tsx";
import { connectionReport } from "./connection-report.ts";
import styles from "./copy-report.module.css";

/** What a person can send to whoever runs the server, in words that hold no address. */
export function CopyReport({ tested }: { tested: ConnectionTestSnapshot }) {
  const [{ report }] = useState(() => ({
    report: connectionReport(tested, thisBrowser(), Date.now()),
  }));
  const [isCopied, setCopied] = useState(false);
  const copy = useAction(async () => {
    await navigator.clipboard.writeText(report);
    setCopied(true);
  });
  return (
    <div className={styles.report}>
      <Button {...(isCopied && { icon: "check" as const })} onClick={copy.run}>
        {isCopied ? "Copied" : "Copy for the operator"}
      </Button>
      <p className={styles.hint}>The results and your kind of browser. No addresses, no names.</p>
      <output className="visually-hidden">{isCopied ? "The results are copied." : ""}</output>
      {copy.problem === null ? null : (
        <>
          <p className={styles.hint}>This browser did not copy them. Select them and copy them.</p>
          <textarea
            className={styles.text}
            aria-label="Results for the operator"
            readOnly
            rows={9}
            value={report}
            onFocus={(event) => event.currentTarget.select()}
          />
        </>
      )}
    </div>
  );
}
