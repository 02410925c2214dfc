import { Component, type ReactNode } from "react";
import { Button } from "../controls/button.tsx";
import styles from "./not-found.module.css";

interface State {
  hasFailed: boolean;
}

/** The last line: a page that broke says so and offers the one thing that helps. */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { hasFailed: false };

  static getDerivedStateFromError(): State {
    return { hasFailed: true };
  }

  override render() {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <main className={styles.notFound}>
        <title>Ringfence</title>
        <h1>This page broke</h1>
        <p className={styles.what}>
          That is our fault. Reload the page to go on. Messages that were sent are kept; what you
          were writing, or what was still on its way, may be lost. A call that is running ends.
        </p>
        <Button look="primary" onClick={() => location.reload()}>
          Reload
        </Button>
      </main>
    );
  }
}
