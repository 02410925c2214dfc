import type { WaysIn } from "@ringfence/protocol";
import { useNavigate } from "react-router";
import { useClient } from "../app/client-context.tsx";
import { Notice } from "../controls/notice.tsx";
import { dateWords } from "../conversations/time-words.ts";
import { AskOwner } from "./ask-owner.tsx";
import { SettingsSection } from "./settings-section.tsx";

/** Whether the account has a recovery code, and a new one in its place. */
export function RecoveryCodeSetting({ waysIn }: { waysIn: WaysIn }) {
  const client = useClient();
  const navigate = useNavigate();
  const { recoveryCode, passkeys, asksForProof } = waysIn;
  const make = {
    asksForProof,
    hasPasskey: passkeys.length > 0,
    async onProof(proof: Parameters<typeof client.waysIn.makeRecoveryCode>[0]) {
      await client.waysIn.makeRecoveryCode(proof);
      await navigate("/recovery-code", { state: { goTo: "/settings/devices" } });
    },
  };
  return (
    <SettingsSection title="Recovery code">
      {recoveryCode?.isKept === true ? (
        <p>
          You have one since {dateWords(recoveryCode.madeAt)}. It lets you back in, once, when you
          forget your password.
        </p>
      ) : (
        <Notice tone="attention" icon="warning">
          {recoveryCode === null
            ? "You have no recovery code. Without one and without a passkey nobody can let you back in when you forget your password."
            : "You have not said that you kept your recovery code. If you do not find it, make a new one."}
        </Notice>
      )}
      {recoveryCode?.olderUntil != null ? (
        <p>
          The code from before works until {dateWords(recoveryCode.olderUntil)}. If you did not make
          the new one, sign out and use that one: it ends whatever anybody changed.
        </p>
      ) : null}
      {recoveryCode === null ? (
        <AskOwner action="Make a recovery code" icon="lock" {...make} />
      ) : (
        <AskOwner action="Make a new recovery code" icon="lock" {...make}>
          <p>
            The code that you have now works for two more weeks, in case it was not you who asked.
          </p>
        </AskOwner>
      )}
    </SettingsSection>
  );
}
