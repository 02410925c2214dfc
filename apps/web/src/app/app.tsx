import type { Client } from "@ringfence/client";
import { lazy, useState } from "react";
import { BrowserRouter, Navigate, Outlet, Route, Routes, useLocation } from "react-router";
import { EnterPage } from "../account/enter-page.tsx";
import { LandingPage } from "../account/landing-page.tsx";
import { AddPasskeyPage } from "../account/add-passkey-page.tsx";
import { goToOf } from "../account/go-to-of.ts";
import { RecoverPage } from "../account/recover-page.tsx";
import { RecoveryCodePage } from "../account/recovery-code-page.tsx";
import { ResetPage } from "../account/reset-page.tsx";
import { SignInPage } from "../account/sign-in-page.tsx";
import { SignUpPage } from "../account/sign-up-page.tsx";
import { SuspendedPage } from "../account/suspended-page.tsx";
import { JoinPage } from "../invitations/join-page.tsx";
import { MessagesPage, NoThread } from "../conversations/messages-page.tsx";
import { ThreadPage } from "../conversations/thread-page.tsx";
import { NobodyPicked, PeoplePage } from "../people/people-page.tsx";
import { PersonPage } from "../people/person-page.tsx";
import { ClientProvider, useClient } from "./client-context.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { KeptProvider } from "./kept.tsx";
import { NotFound } from "./not-found.tsx";
import { Shell } from "./shell.tsx";
import { StartingPage } from "./starting-page.tsx";
import { useObservable } from "./use-observable.ts";

const SettingsRoutes = lazy(async () => ({
  default: (await import("../settings/settings-routes.tsx")).SettingsRoutes,
}));

export function App({ client }: { client: Client }) {
  return (
    <ErrorBoundary>
      <ClientProvider client={client}>
        <BrowserRouter>
          <Routes>
            <Route path="enter" element={<EnterPage />} />
            <Route path="join" element={<JoinPage />} />
            <Route path="reset" element={<ResetPage />} />
            <Route path="recovery-code" element={<RecoveryCodePage />} />
            <Route path="add-passkey" element={<AddPasskeyPage />} />
            <Route element={<SignedOut />}>
              <Route index element={<LandingPage />} />
              <Route path="sign-up" element={<SignUpPage />} />
              <Route path="sign-in" element={<SignInPage />} />
              <Route path="recover" element={<RecoverPage />} />
            </Route>
            <Route element={<SignedIn />}>
              <Route path="messages" element={<MessagesPage />}>
                <Route index element={<NoThread />} />
                <Route path=":who" element={<ThreadPage />} />
              </Route>
              <Route path="people" element={<PeoplePage />}>
                <Route index element={<NobodyPicked />} />
                <Route path=":who" element={<PersonPage />} />
              </Route>
              <Route path="settings/*" element={<SettingsRoutes />} />
              <Route path="*" element={<NotFound />} />
            </Route>
          </Routes>
        </BrowserRouter>
      </ClientProvider>
    </ErrorBoundary>
  );
}

/** Pages for somebody who is not signed in. Whoever is goes on to where they were going. */
function SignedOut() {
  const { account, waysIn } = useClient();
  const { state } = useObservable(account.snapshot);
  const newCode = useObservable(waysIn.newCode);
  const location = useLocation();
  if (state === "loading" || state === "unreachable") return <StartingPage state={state} />;
  if (state === "suspended") return <SuspendedPage />;
  if (state === "signed-out") return <Outlet />;
  if (newCode !== null) return <Navigate to="/recovery-code" state={location.state} replace />;
  return <Navigate to={goToOf(location.state)} replace />;
}

/** Pages for somebody who is signed in. Whoever is not signs in first. */
function SignedIn() {
  const { account } = useClient();
  const snapshot = useObservable(account.snapshot);
  const { pathname } = useLocation();
  const [wasSignedIn, setWasSignedIn] = useState(false);
  // Adjusted while drawing, as React advises for state that follows from what is drawn.
  if (snapshot.state === "signed-in" && !wasSignedIn) setWasSignedIn(true);
  switch (snapshot.state) {
    case "loading":
    case "unreachable":
      return <StartingPage state={snapshot.state} />;
    case "suspended":
      return <SuspendedPage />;
    case "signed-out":
      // Where somebody signed out, the next one to sign in is not led to what they looked at.
      return <Navigate to="/sign-in" state={wasSignedIn ? null : { goTo: pathname }} replace />;
    case "signed-in":
      return (
        // Another tab may sign another person in: nothing of the one before stays on the page.
        <KeptProvider key={snapshot.me.id}>
          <Shell me={snapshot.me} />
        </KeptProvider>
      );
  }
}
