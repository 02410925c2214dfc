import { useState } from "react";
import { useNavigate } from "react-router";
import { BackLink } from "../app/back-link.tsx";
import { useClient } from "../app/client-context.tsx";
import { PageHeading } from "../app/page-heading.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { Page } from "../app/page.tsx";
import { ProblemNotice, problemWith } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Confirm } from "../controls/confirm.tsx";
import { PasswordField } from "../controls/text-field.tsx";
import styles from "./data-page.module.css";
import { SettingsSection } from "./settings-section.tsx";

export function DataPage() {
  return (
    <Page>
      <PageTitle>Data</PageTitle>
      <BackLink to="/settings">Settings</BackLink>
      <PageHeading>Data</PageHeading>
      <SettingsSection title="What this server keeps">
        <ul className={styles.kept}>
          <li>
            Your handle, your display name, and hashes of your password and of your recovery code.
            The public halves of your passkeys, when you added them, and when you last used each.
          </li>
          <li>
            Whom you follow and block, your address book, your settings, and whom you gave a right
            to ring or said never. Links with which you invited somebody, for a week.
          </li>
          <li>
            Your messages. Whoever runs this server can read them: they are not end-to-end
            encrypted.
          </li>
          <li>
            Of each call: with whom, its kind, its start, its length and how it ended. For 30 days,
            unless whoever runs this server set another time.
          </li>
          <li>
            For the rules of ringing: who rang whom during the last day, when you last rang somebody
            (half a year), who asked to call and in which words (a week), and who was not let
            through (30 days).
          </li>
          <li>What you reported to whoever runs this server.</li>
          <li>
            Where you let a device ring with its page closed: the address that its browser's maker
            gave it, until you stop it or sign out.
          </li>
          <li>Your devices: the browser's name, when it signed in, and when it was last used.</li>
        </ul>
        <p>It keeps no internet addresses, and neither sound nor pictures of any call.</p>
      </SettingsSection>
      <SettingsSection title="Delete your account">
        <DeleteAccount />
      </SettingsSection>
    </Page>
  );
}

function DeleteAccount() {
  const { account } = useClient();
  const [password, setPassword] = useState("");
  const navigate = useNavigate();
  const deletion = useAction(async () => {
    await account.deleteAccount(password);
    await navigate("/", { replace: true });
  });
  return (
    <div className={styles.deletion}>
      <p>
        Everything above goes for good, at once. Your conversations go for the people you wrote with
        too: they lose what you wrote and what they wrote to you.
      </p>
      <PasswordField
        label="Password"
        hint="So that nobody else can do it on this device."
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
          onConfirm={deletion.run}
        >
          <p>Nobody can bring it back, and its handle becomes free for others.</p>
        </Confirm>
      </div>
    </div>
  );
}
