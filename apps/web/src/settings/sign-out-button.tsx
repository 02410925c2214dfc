import { Button } from "../controls/button.tsx";
import { Confirm } from "../controls/confirm.tsx";

interface SignOutButtonProps {
  /** No other device of the account is linked. */
  isLastLinked: boolean;
  isBusy: boolean;
  onSignOut: () => void;
  "aria-describedby"?: string;
}

/** Signs a device out, and asks first where the account's identity would go with it. */
export function SignOutButton({ isLastLinked, isBusy, onSignOut, ...rest }: SignOutButtonProps) {
  if (isLastLinked && !isBusy) {
    return (
      <Confirm
        action="Sign out"
        look="plain"
        question="Sign out the only linked device?"
        onConfirm={onSignOut}
      >
        <p>
          No other device is linked to your account. After your next sign-in, people who know you
          are told that your devices changed, and asked before a call goes on. If you have another
          device, link it first.
        </p>
      </Confirm>
    );
  }
  return (
    <Button {...rest} isBusy={isBusy} onClick={onSignOut}>
      Sign out
    </Button>
  );
}
