import { digits, table } from "../report.ts";
import type { Measured } from "../results.ts";
import { quantile } from "../statistics.ts";
import type { SetUp } from "./measure.ts";
import type { Moment } from "./notes.ts";
import { type Order, orders } from "./order.ts";

/** Of each browser, by its name and version, its calls. */
export type Calls = Readonly<Record<string, readonly SetUp[]>>;

type Heard = Extract<SetUp, { caller: number }>;
type Side = "caller" | "callee";

const sides = ["caller", "callee"] as const satisfies readonly Side[];
const unmeasured = "*Not measured yet.*";
const orderWords: Readonly<Record<Order, string>> = {
  warm: "Ringfence",
  plain: "nothing prepared at the callee's",
  naive: "offer made after the accept",
};
const momentWords: readonly (readonly [Side, Moment, string])[] = [
  ["callee", "accept sent", "the accept leaves"],
  ["callee", "accepted", "won: credential and offer are there"],
  ["callee", "microphone asked for", "the microphone is asked for"],
  ["callee", "offer set", "the browser has the offer"],
  ["callee", "answer sent", "the answer leaves"],
  ["callee", "microphone open", "the microphone is open"],
  ["caller", "answer set", "caller: the browser has the answer"],
  ["callee", "ice connected", "a path works"],
  ["caller", "ice connected", "caller: a path works"],
  ["callee", "dtls connected", "keys are agreed"],
  ["caller", "dtls connected", "caller: keys are agreed"],
  ["caller", "sound", "caller: the first sound"],
  ["callee", "sound", "the first sound"],
];

/** The generated figures of docs/performance.md that are about setting up a call, by their names. */
export function describeSetUp(measured: Measured<Calls> | undefined): Record<string, string> {
  if (measured === undefined) return { "setup-times": unmeasured, "setup-timeline": unmeasured };
  const { value, machine, measuredOn, absent } = measured;
  const { processor, cores, memoryGiB, system, node } = machine;
  const where = `Measured on ${measuredOn}: ${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}, Node ${node}.`;
  const absences = Object.entries(absent).map(([name, why]) => `Not measured: ${name}. ${why}`);
  const times = [tableOfTimes(value), ...failuresIn(value), ...absences, where];
  const [first = []] = Object.values(value);
  return { "setup-times": times.join("\n\n"), "setup-timeline": tableOfMoments(first) };
}

function tableOfTimes(calls: Calls): string {
  const rows = Object.entries(calls).flatMap(([browser, all]) =>
    orders.flatMap((order) => {
      const heard = heardIn(all, order);
      if (heard.length === 0) return [];
      const figures = sides.flatMap((side) => {
        const sorted = heard.map((call) => call[side]).toSorted((a, b) => a - b);
        const [median, p95] = [quantile(sorted, 0.5), quantile(sorted, 0.95)];
        return [digits(median), digits(p95), digits(p95 / median, 2)];
      });
      return [[browser, orderWords[order], heard.length, ...figures]];
    }),
  );
  const columns = sides.flatMap((side) => [`${side}: median ms`, "p95 ms", "ratio"]);
  return table(["Browser", "Order", "Calls", ...columns], rows);
}

/** Medians of when what happened. */
function tableOfMoments(calls: readonly SetUp[]): string {
  const rows = momentWords.map(([side, moment, words]) => [
    words,
    ...orders.map((order) => {
      const seen = heardIn(calls, order).flatMap(({ moments }) => moments[side][moment] ?? []);
      const sorted = seen.toSorted((a, b) => a - b);
      return sorted.length === 0 ? "–" : digits(quantile(sorted, 0.5));
    }),
  ]);
  return table(["ms after the tap", ...orders.map((order) => orderWords[order])], rows);
}

function failuresIn(calls: Calls): string[] {
  return Object.entries(calls).flatMap(([browser, all]) =>
    all.flatMap((call) =>
      "failure" in call ? [`Failed: ${browser}, ${orderWords[call.order]}: ${call.failure}.`] : [],
    ),
  );
}

function heardIn(calls: readonly SetUp[], order: Order): Heard[] {
  return calls.filter((call): call is Heard => call.order === order && !("failure" in call));
}
