import { type ConnectionTestSnapshot, type Transport, transports } from "@ringfence/client";
import { useEffect, useId } from "react";
import { useLocation } from "react-router";
import { BackLink } from "../app/back-link.tsx";
import { useClient } from "../app/client-context.tsx";
import { PageHeading } from "../app/page-heading.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { Page } from "../app/page.tsx";
import { useObservable } from "../app/use-observable.ts";
import { Button } from "../controls/button.tsx";
import { Icon, type IconName } from "../controls/icon.tsx";
import { Notice } from "../controls/notice.tsx";
import { isToBegin } from "./connection-test-path.ts";
import styles from "./connection-test-page.module.css";
import {
  liveWords,
  pathWords,
  progressOf,
  serverWords,
  transportNames,
  verdictOf,
} from "./connection-words.ts";
import { CopyReport } from "./copy-report.tsx";
import { DeviceChecks } from "./device-checks.tsx";
import { ThisDevice } from "./this-device.tsx";

/** *Test my connection*: whether calls get through from here, and what to do where they do not. */
export function ConnectionTestPage() {
  const { connectionTest } = useClient();
  const snapshot = useObservable(connectionTest.snapshot);
  const { state } = useLocation();
  const beginsAtOnce = isToBegin(state);
  useEffect(() => {
    if (beginsAtOnce) connectionTest.run();
    return () => connectionTest.cancel();
  }, [connectionTest, beginsAtOnce]);
  const isRunning = snapshot.state === "running";
  return (
    <Page>
      <PageTitle>Your connection</PageTitle>
      <BackLink to="/settings/calls" isDeeper>
        Calls
      </BackLink>
      <PageHeading>Your connection</PageHeading>
      <p className={styles.meaning}>
        This page calls itself through the server&apos;s relay, over every way that a call can take.
        It takes about five seconds, or up to fifteen where a way is blocked. It rings nobody, and
        sends a tone that nobody hears.
      </p>
      <Button
        look={snapshot.state === "done" ? "plain" : "primary"}
        icon="connection"
        isBusy={isRunning}
        onClick={() => connectionTest.run()}
      >
        {snapshot.state === "done" ? "Test again" : "Test my connection"}
      </Button>
      {snapshot.state === "idle" ? null : <Progress snapshot={snapshot} />}
      {snapshot.state === "idle" ? null : <Results snapshot={snapshot} />}
      {snapshot.state === "done" ? <CopyReport tested={snapshot} /> : null}
      <DeviceChecks />
      <ThisDevice />
    </Page>
  );
}

/** How far it is, then what it means; said aloud when it is over. */
function Progress({ snapshot }: { snapshot: ConnectionTestSnapshot }) {
  const { done, all } = progressOf(snapshot);
  const isDone = snapshot.state === "done";
  return (
    <div className={styles.verdict}>
      {isDone ? null : (
        <progress className={styles.progress} aria-label="Testing" value={done} max={all} />
      )}
      <output>{isDone ? <Verdict snapshot={snapshot} /> : null}</output>
    </div>
  );
}

function Verdict({ snapshot }: { snapshot: ConnectionTestSnapshot }) {
  const { tone, what, next } = verdictOf(snapshot);
  return (
    <Notice tone={tone} icon={tone === "plain" ? "check" : "warning"}>
      <strong>{what}</strong> {next}
    </Notice>
  );
}

function Results({ snapshot: { server, live, paths } }: { snapshot: ConnectionTestSnapshot }) {
  return (
    <ul className={styles.results} aria-label="Results">
      <Result name="The server" mark={markOf(server.state)} words={serverWords(server)} />
      <Result name="The live connection" mark={markOf(live)} words={liveWords(live)} />
      {transports.map((transport: Transport) => (
        <Result
          key={transport}
          name={transportNames[transport]}
          mark={markOf(paths[transport].state)}
          words={pathWords(paths[transport])}
        />
      ))}
    </ul>
  );
}

type Mark = "works" | "failed" | "none";

function markOf(state: string): Mark {
  if (state === "works") return "works";
  return ["failed", "no-relay", "no-media", "outdated"].includes(state) ? "failed" : "none";
}

const icons: Record<Mark, IconName> = { works: "check", failed: "warning", none: "connection" };

function Result({ name, mark, words }: { name: string; mark: Mark; words: string }) {
  const id = useId();
  return (
    <li className={styles.result} aria-labelledby={id}>
      <span className={styles.mark} data-mark={mark}>
        <Icon name={icons[mark]} />
      </span>
      <span>
        <span className={styles.name} id={id}>
          {name}
        </span>
        <span className={styles.words}>{words}</span>
      </span>
    </li>
  );
}
