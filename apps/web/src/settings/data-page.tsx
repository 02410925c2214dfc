import type { Proof } from "@ringfence/client";
import type { WaysIn } from "@ringfence/protocol";
import { useCallback, useState } from "react";
import { useNavigate } from "react-router";
import { BackLink } from "../app/back-link.tsx";
import { useClient } from "../app/client-context.tsx";
import { PageHeading } from "../app/page-heading.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { Page } from "../app/page.tsx";
import { ProblemNotice, problemWith } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useFetched } from "../app/use-fetched.ts";
import { Confirm } from "../controls/confirm.tsx";
import { PasswordField } from "../controls/text-field.tsx";
import { CallRecordDays } from "./call-record-days.tsx";
import styles from "./data-page.module.css";
import { DownloadRecords } from "./download-records.tsx";
import { KeptList } from "./kept-list.tsx";
import { SettingsSection } from "./settings-section.tsx";

export function DataPage() {
  return (
    <Page>
      <PageTitle>Data</PageTitle>
      <BackLink to="/settings">Settings</BackLink>
      <PageHeading>Data</PageHeading>
      <SettingsSection title="What this server keeps">
        <KeptList />
      </SettingsSection>
      <SettingsSection title="How long calls are kept">
        <CallRecordDays />
      </SettingsSection>
      <SettingsSection title="Take it with you">
        <DownloadRecords />
      </SettingsSection>
      <SettingsSection title="Delete your account">
        <DeleteAccount />
      </SettingsSection>
    </Page>
  );
}

function DeleteAccount() {
  const { account, waysIn } = useClient();
  const { fetched } = useFetched<WaysIn>(useCallback(() => waysIn.list(), [waysIn]));
  const [password, setPassword] = useState("");
  const navigate = useNavigate();
  const deletion = useAction(async (proof: Proof) => {
    await account.deleteAccount(proof);
    await navigate("/", { replace: true });
  });
  const byPasskey = waysIn.hasPasskeys && (fetched?.passkeys.length ?? 0) > 0;
  return (
    <div className={styles.deletion}>
      <p>
        Everything above goes for good, at once. Your conversations go for the people you wrote with
        too: they lose what you wrote and what they wrote to you.
      </p>
      <PasswordField
        label="Password"
        hint={
          byPasskey
            ? "Or leave it empty, and use a passkey: so that nobody else can do it on this device."
            : "So that nobody else can do it on this device. If you forgot the password, sign out and set a new one with your recovery code."
        }
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        problem={problemWith("password", deletion.problem)}
        autoComplete="current-password"
      />
      <ProblemNotice problem={deletion.problem} saidByFields={["password"]} />
      <div>
        <Confirm
          action="Delete account"
          question="Delete your account for good?"
          onConfirm={() =>
            deletion.run(
              byPasskey && password === "" ? { type: "passkey" } : { type: "password", password },
            )
          }
        >
          <p>Nobody can bring it back, and its handle becomes free for others.</p>
        </Confirm>
      </div>
    </div>
  );
}
