import type { WaysIn } from "@ringfence/protocol";
import { useCallback } from "react";
import { useClient } from "../app/client-context.tsx";
import { LoadFailure } from "../app/load-failure.tsx";
import { useFetched } from "../app/use-fetched.ts";
import { LoadingRows } from "../controls/loading.tsx";
import { PasswordSetting } from "./password-setting.tsx";
import { PasskeysSetting } from "./passkeys-setting.tsx";
import { RecoveryCodeSetting } from "./recovery-code-setting.tsx";

/** What opens the account besides its password, to look at and to change. */
export function WaysInSettings({ onDevicesChange }: { onDevicesChange: () => Promise<void> }) {
  const { waysIn } = useClient();
  const { fetched, problem, tryAgain } = useFetched<WaysIn>(
    useCallback(() => waysIn.list(), [waysIn]),
  );
  if (problem !== null) {
    return <LoadFailure onTryAgain={tryAgain}>{problem.message}</LoadFailure>;
  }
  if (fetched === null) return <LoadingRows of="your passkeys" count={2} />;
  return (
    <>
      <PasswordSetting waysIn={fetched} onChange={onDevicesChange} />
      <PasskeysSetting waysIn={fetched} onChange={tryAgain} />
      <RecoveryCodeSetting waysIn={fetched} />
    </>
  );
}
