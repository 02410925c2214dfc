import type { InvitationView, Person } from "@ringfence/protocol";
import { useCallback } from "react";
import { useLocation, useNavigate } from "react-router";
import { AccountPage } from "../account/account-page.tsx";
import { useClient } from "../app/client-context.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { StartingPage } from "../app/starting-page.tsx";
import { useAction } from "../app/use-action.ts";
import { useFetched } from "../app/use-fetched.ts";
import { useObservable } from "../app/use-observable.ts";
import { Button, ButtonLink } from "../controls/button.tsx";
import { LoadingRows } from "../controls/loading.tsx";
import { Avatar } from "../people/avatar.tsx";
import join from "./join-page.module.css";

/**
 * What an invitation's link opens. The token stands in the address's fragment, which no server
 * sees on the way and no other page is told.
 */
export function JoinPage() {
  const { account, invitations } = useClient();
  const { state } = useObservable(account.snapshot);
  const token = useLocation().hash.slice(1);
  const view = useCallback(() => invitations.view(token), [invitations, token]);
  // Signing in may change what it is worth: it is looked at again then.
  const { fetched, problem, tryAgain } = useFetched(view);
  if (state === "loading" || state === "unreachable") return <StartingPage state={state} />;
  if (problem !== null) {
    const isSignedIn = state === "signed-in";
    return (
      <AccountPage heading="This invitation does not open">
        <PageTitle>Invitation</PageTitle>
        <ProblemNotice problem={problem} />
        <div className={join.actions}>
          <ButtonLink to={isSignedIn ? "/messages" : "/"} look="primary" isWide>
            {isSignedIn ? "Go to your messages" : "Go to the start"}
          </ButtonLink>
          <Button isWide onClick={() => void tryAgain()}>
            Try again
          </Button>
        </div>
      </AccountPage>
    );
  }
  if (fetched === null) {
    return (
      <AccountPage heading="Your invitation">
        <PageTitle>Invitation</PageTitle>
        <LoadingRows of="your invitation" count={2} />
      </AccountPage>
    );
  }
  return state === "signed-in" ? (
    <Agree view={fetched} token={token} />
  ) : (
    <ComeIn view={fetched} token={token} />
  );
}

interface InvitedProps {
  view: InvitationView;
  token: string;
}

/** For a browser that nobody is signed in to. */
function ComeIn({ view: { from }, token }: InvitedProps) {
  // The operator's has nothing to agree to, and is used up by the new account.
  const comeBack = from === null ? {} : { goTo: `/join#${token}` };
  return (
    <AccountPage heading={from === null ? "Welcome" : `${from.displayName} invites you`}>
      <PageTitle>Invitation</PageTitle>
      {from === null ? (
        <p className={join.meaning}>
          Whoever runs this server lets you in. Create your account: no phone number, no e-mail
          address.
        </p>
      ) : (
        <>
          <Who person={from} />
          <p className={join.meaning}>
            Ringfence is messages and calls with the people you choose. Nobody can ring you until
            you say who may, and nobody you talk to learns your internet address.
          </p>
        </>
      )}
      <div className={join.actions}>
        <ButtonLink to="/sign-up" state={{ ...comeBack, invitation: token }} look="primary" isWide>
          Create account
        </ButtonLink>
        <ButtonLink to="/sign-in" state={comeBack} isWide>
          Sign in
        </ButtonLink>
      </div>
    </AccountPage>
  );
}

/** For somebody who is signed in: the one question. */
function Agree({ view: { from }, token }: InvitedProps) {
  const { account, callSettings, invitations } = useClient();
  const navigate = useNavigate();
  const snapshot = useObservable(account.snapshot);
  const settings = useObservable(callSettings.snapshot);
  const agree = useAction(async () => {
    await invitations.agree(token);
    await navigate(from === null ? "/messages" : `/messages/@${from.handle}`, { replace: true });
  });
  const isOwn = snapshot.state === "signed-in" && snapshot.me.handle === from?.handle;
  if (from === null || isOwn) {
    return (
      <AccountPage heading={isOwn ? "This is your own invitation" : "You are in already"}>
        <PageTitle>Invitation</PageTitle>
        <p className={join.meaning}>
          {isOwn
            ? "Send this link to the person whom you want to invite. It still works."
            : "This link is for somebody who has no account here yet. It still works."}
        </p>
        <div className={join.actions}>
          <ButtonLink to="/messages" look="primary" isWide>
            Go to your messages
          </ButtonLink>
        </div>
      </AccountPage>
    );
  }
  const turnsCallsOn =
    settings !== null && !(settings.calling === "on" && settings.audiences.includes("mutuals"));
  return (
    <AccountPage heading={`${from.displayName} invites you`}>
      <PageTitle>Invitation</PageTitle>
      <Who person={from} />
      <p className={join.meaning}>
        You and @{from.handle} will follow each other and can call each other.
      </p>
      {turnsCallsOn ? (
        <p className={join.meaning}>
          This turns your calls on for mutuals: people you follow who follow you too. You can change
          that at any time in Settings, Calls.
        </p>
      ) : null}
      <div className={join.actions}>
        <Button look="primary" isWide isBusy={agree.isRunning} onClick={agree.run}>
          Agree
        </Button>
        <ButtonLink to="/messages" isWide>
          Not now
        </ButtonLink>
      </div>
      <ProblemNotice problem={agree.problem} />
    </AccountPage>
  );
}

function Who({ person }: { person: Person }) {
  return (
    <div className={join.who}>
      <Avatar of={person} size="large" />
      <span className={join.handle}>@{person.handle}</span>
    </div>
  );
}
