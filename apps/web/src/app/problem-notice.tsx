import { Notice } from "../controls/notice.tsx";
import styles from "./problem-notice.module.css";
import type { Problem } from "./problem.ts";

/** Says an action's failure aloud, where no field of the page says it already. */
export function ProblemNotice({
  problem,
  saidByFields = [],
}: {
  problem: Problem | null;
  saidByFields?: readonly string[];
}) {
  const isSaidElsewhere = problem?.field != null && saidByFields.includes(problem.field);
  return (
    <div role="alert" className={styles.place}>
      {problem === null || isSaidElsewhere ? null : (
        <Notice tone="problem" icon="warning">
          {problem.message}
        </Notice>
      )}
    </div>
  );
}

/** The sentence for one field, where the problem is that field's. */
export function problemWith(field: string, problem: Problem | null): string | undefined {
  return problem?.field === field ? problem.message : undefined;
}
