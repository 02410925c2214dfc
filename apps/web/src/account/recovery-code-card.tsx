import type { Handle } from "@ringfence/protocol";
import { useState } from "react";
import { useAction } from "../app/use-action.ts";
import { Button } from "../controls/button.tsx";
import { saveFile } from "../settings/save-file.ts";
import styles from "./recovery-code-card.module.css";

interface RecoveryCodeCardProps {
  /** In groups with hyphens between them. */
  code: string;
  handle: Handle;
}

/** A recovery code, and the ways to keep it: on paper it says where it belongs. */
export function RecoveryCodeCard({ code, handle }: RecoveryCodeCardProps) {
  const [said, setSaid] = useState("");
  const copy = useAction(async () => {
    try {
      await navigator.clipboard.writeText(code);
      setSaid("Copied.");
    } catch {
      setSaid("This browser did not copy it. Select it and copy it, or save it as a file.");
    }
  });
  const { host } = location;
  return (
    <div className={styles.card}>
      <p className={styles.whose}>
        Recovery code of @{handle} at {host}
      </p>
      <fieldset className={styles.code} aria-label="Recovery code">
        {code.split("-").map((group, place) => (
          // oxlint-disable-next-line react/no-array-index-key -- two may be alike, and none moves
          <span key={place} className={styles.group}>
            {group}
          </span>
        ))}
      </fieldset>
      <div className={styles.ways}>
        <Button icon={said === "Copied." ? "check" : "copy"} onClick={copy.run}>
          Copy
        </Button>
        <Button
          icon="save"
          onClick={() => {
            saveFile(fileOf(code, handle, host), `ringfence-recovery-code-${handle}.txt`);
            setSaid("Saved.");
          }}
        >
          Save as a file
        </Button>
        <Button icon="print" onClick={() => window.print()}>
          Print
        </Button>
      </div>
      <output className={styles.said}>{said}</output>
    </div>
  );
}

function fileOf(code: string, handle: Handle, host: string): Blob {
  const lines = [
    `Recovery code of @${handle} at ${host}`,
    "",
    code,
    "",
    "It lets you back into your account when you forget your password, once.",
    "Whoever has it can take the account: keep it where only you find it.",
    "",
  ];
  return new Blob([lines.join("\n")], { type: "text/plain" });
}
