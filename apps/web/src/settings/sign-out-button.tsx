import { Button } from "../controls/button.tsx";
import { Confirm } from "../controls/confirm.tsx";

interface SignOutButtonProps {
  /** This device, or another one of the account. */
  of: "this" | "other";
  /** No other device of the account is linked. */
  isLastLinked: boolean;
  isBusy: boolean;
  onSignOut: () => void;
  "aria-describedby"?: string;
}

/** Signs a device out, and says first what goes with it. */
export function SignOutButton({
  of,
  isLastLinked,
  isBusy,
  onSignOut,
  ...rest
}: SignOutButtonProps) {
  const describedBy = rest["aria-describedby"];
  if (isBusy) {
    return (
      <Button {...rest} isBusy>
        Sign out
      </Button>
    );
  }
  return (
    <Confirm
      action="Sign out"
      look="plain"
      question={isLastLinked ? "Sign out the only linked device?" : questions[of]}
      {...(describedBy !== undefined && { describedBy })}
      onConfirm={onSignOut}
    >
      {isLastLinked ? (
        <p>
          No other device is linked to your account. After your next sign-in, people who know you
          are told that your devices changed, and asked before a call goes on. If you have another
          device, link it first.
        </p>
      ) : null}
      {of === "this" ? (
        <p>
          This browser then forgets with whom you compared emoji, and the receipts of your calls.
          Nobody can bring them back.
        </p>
      ) : (
        <p>It loses access at once. To be yours again, it has to sign in and be linked anew.</p>
      )}
    </Confirm>
  );
}

const questions = { this: "Sign out here?", other: "Sign out this other device?" } as const;
