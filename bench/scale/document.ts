import { type Line, drawLinePlot } from "../line-plot.ts";
import { type Cell, digits, nothing, table } from "../report.ts";
import { costsOf, countsOf, fitCalls, fitIdleCpu, fitMemory, totalOf } from "./costs.ts";
import type { Fit } from "./fit.ts";
import type { LayoutName } from "./layout.ts";
import type { CallsFigures, PeopleFigures } from "./measure.ts";
import { describePlan, unmeasured } from "./plan-tables.ts";
import type { Results } from "./results.ts";

/** Of the last minute; more is other work. */
const quietLoadMax = 0.5;
const layoutWords: Readonly<Record<LayoutName, string>> = {
  file: "one box",
  "one-node": "one node",
  "two-nodes": "two nodes",
};

/** The generated figures of docs/scaling.md, by their names. */
export function describeScale(results: Results): Record<string, string> {
  const { measured } = results;
  const { calls = [], people = [] } = measured?.value ?? {};
  const costs = costsOf(results);
  return {
    "scale-calls": calls.length === 0 ? unmeasured : describeCalls(calls),
    "scale-call-fits": calls.length === 0 ? unmeasured : describeCallFits(calls),
    "scale-people": people.length === 0 ? unmeasured : describePeople(people),
    "scale-call-counts": describeCounts(calls) || unmeasured,
    "scale-bytes": calls.length === 0 ? unmeasured : describeBytes(calls),
    "scale-machine": measured === undefined ? unmeasured : placeOf(measured),
    "scale-simulated": describeSimulated(results),
    ...describePlan(costs),
  };
}

/** By the names of their files. */
export function drawPlots({ measured }: Results): Record<string, string> {
  if (measured === undefined) return {};
  const { calls, people } = measured.value;
  const [box] = calls;
  const boxFit = box && fitCalls(box);
  const callLines: Line[] = calls.map(({ layout, points }) => ({
    label: layoutWords[layout],
    points: points.map((p) => ({ x: p.callsPerSecond, y: totalOf(p.cpuPercent) })),
  }));
  const memoryLines: Line[] = people.map(({ layout, points }) => ({
    label: layoutWords[layout],
    points: points.map((p) => ({ x: p.people, y: p.memoryMiB })),
  }));
  const connected = people.at(0);
  const memoryFit = connected && fitMemory(connected);
  return {
    "scale-cpu.svg": drawLinePlot({
      title: "What calls take of the server, all its parts together",
      xTitle: "complete calls a second",
      yTitle: "CPU, % of one core",
      xScale: "linear",
      lines: [
        ...callLines,
        ...fitLines(
          boxFit,
          box?.points.map((p) => p.callsPerSecond),
        ),
      ],
    }),
    "scale-memory.svg": drawLinePlot({
      title: "What connected people take of the application",
      xTitle: "people with a page open",
      yTitle: "memory, MiB",
      xScale: "linear",
      lines: [
        ...memoryLines,
        ...fitLines(
          memoryFit,
          connected?.points.map((p) => p.people),
        ),
      ],
    }),
  };
}

function fitLines(fit: Fit | undefined, xs: readonly number[] = []): Line[] {
  if (fit === undefined) return [];
  const ends = [0, Math.max(...xs)];
  const points = ends.map((x) => ({ x, y: Math.max(0, fit.base + fit.perX * x) }));
  return [{ label: "one box, fit", points }];
}

function describeCalls(calls: readonly CallsFigures[]): string {
  const rows = calls.flatMap(({ layout, points, saturatedCallsPerSecond }) => [
    ...points.map((point): Cell[] => [
      layoutWords[layout],
      digits(point.offeredPerSecond),
      digits(point.callsPerSecond),
      ...["nodes", "relays", "PostgreSQL", "NATS"].map((part) =>
        part in point.cpuPercent ? digits(point.cpuPercent[part] ?? 0, 1) : nothing,
      ),
      digits(point.ringP50Ms, 1),
      digits(point.ringP99Ms, 1),
    ]),
    [
      layoutWords[layout],
      "as many as it can",
      digits(saturatedCallsPerSecond),
      ...Array.from({ length: 6 }, () => nothing),
    ],
  ]);
  const head = ["Layout", "Asked for, calls/s", "Completed, calls/s", "Nodes, CPU %", "Relays"];
  return [
    `![CPU at calls a second: ${calls.map(told).join("; ")}](images/scale-cpu.svg)`,
    table([...head, "PostgreSQL", "NATS", "Ring p50 ms", "p99 ms"], rows),
  ].join("\n\n");
}

function told({ layout, points }: CallsFigures): string {
  const ends = [points[0], points.at(-1)].flatMap((point) => point ?? []);
  const words = ends.map(
    (p) => `${digits(totalOf(p.cpuPercent))} % at ${digits(p.callsPerSecond)}`,
  );
  return `${layoutWords[layout]} ${words.join(", ")}`;
}

function describeCallFits(calls: readonly CallsFigures[]): string {
  const rows = calls.flatMap((figures) => {
    const parts = Object.keys(figures.points[0]?.cpuPercent ?? {});
    return [undefined, ...parts].flatMap((part): Cell[][] => {
      const fit = fitCalls(figures, part);
      if (fit === undefined) return [];
      return [
        [
          layoutWords[figures.layout],
          part ?? "all",
          digits(fit.base, 1),
          digits(fit.perX * 10, 2),
          digits(fit.share, 3),
        ],
      ];
    });
  });
  return table(["Layout", "Part", "a, % of a core", "b, CPU ms a call", "R²"], rows);
}

function describePeople(people: readonly PeopleFigures[]): string {
  const rows = people.flatMap(({ layout, points }) =>
    points.map((p): Cell[] => [
      layoutWords[layout],
      digits(p.people),
      digits(p.memoryMiB, 1),
      digits(p.cpuPercent, 1),
    ]),
  );
  const fits = people.flatMap((figures): Cell[][] => {
    const memory = fitMemory(figures);
    const cpu = fitIdleCpu(figures);
    if (memory === undefined || cpu === undefined) return [];
    return [
      [
        layoutWords[figures.layout],
        digits(memory.base, 1),
        digits(memory.perX * 1_048.576, 1),
        digits(memory.share, 3),
        digits(cpu.perX * 1_000, 2),
      ],
    ];
  });
  const ends = people.map(({ layout, points }) => {
    const last = points.at(-1);
    return `${layoutWords[layout]} ${digits(last?.memoryMiB ?? 0)} MiB at ${digits(last?.people ?? 0)}`;
  });
  return [
    `![Memory at connected people: ${ends.join("; ")}](images/scale-memory.svg)`,
    table(["Layout", "Connected people", "Memory, MiB", "CPU %"], rows),
    table(["Layout", "c, MiB", "d, kB a person", "R²", "CPU %, for 1,000 people"], fits),
  ].join("\n\n");
}

function describeCounts(calls: readonly CallsFigures[]): string {
  const rows = calls.flatMap((figures): Cell[][] => {
    const perCall = countsOf(figures);
    return perCall === undefined
      ? []
      : [
          [
            layoutWords[figures.layout],
            digits(perCall.transactions, 1),
            digits(perCall.logBytes / 1_000, 1),
            digits(perCall.messagesIn, 1),
            digits(perCall.messagesOut, 1),
          ],
        ];
  });
  const head = ["Layout", "Transactions", "Log (WAL), kB", "Messages into NATS", "Out of it"];
  return table(head, rows);
}

function describeBytes(calls: readonly CallsFigures[]): string {
  const [file, postgres] = ["file", "one-node"].map(
    (name) => calls.find(({ layout }) => layout === name)?.sizes,
  );
  const words = {
    account: "an account, with a device that is signed in and linked",
    friendship: "a friendship: conversation, follows and rights to ring of both",
    message: "a message of 130 letters",
    call: "a finished call, in the memory of both",
  } as const;
  const names = Object.keys(words) as (keyof typeof words)[];
  const rows = names.map((name): Cell[] => {
    const each = [file, postgres].map((sizes) =>
      sizes === undefined ? nothing : digits(sizes[name].bytes / Math.max(1, sizes[name].rows)),
    );
    return [words[name], ...each];
  });
  return table(["Bytes of", "SQLite", "PostgreSQL"], rows);
}

function maybe(number: number | null, fraction: number) {
  return number === null ? nothing : digits(number, fraction);
}

function describeSimulated(results: Results): string {
  const { simulated, measured } = results;
  const box = measured?.value.calls.find(({ layout }) => layout === "file");
  const connected = measured?.value.people.find(({ layout }) => layout === "file");
  const callFit = box && fitCalls(box, "nodes");
  const memory = connected && fitMemory(connected);
  const idle = connected && fitIdleCpu(connected);
  if (simulated === undefined || !callFit || !memory || !idle) return unmeasured;
  const { value } = simulated;
  const rows: Cell[][] = [
    ["CPU ms a call", digits(callFit.perX * 10, 2), maybe(value.cpuMsPerCall, 2)],
    [
      "CPU ms a connected person and minute",
      digits((idle.perX / 100) * 60_000, 2),
      digits(value.cpuMsPerPersonAndMinute, 2),
    ],
    [
      "memory kB a connected person",
      digits(memory.perX * 1_048.576, 1),
      digits(value.kilobytesPerPerson, 1),
    ],
  ];
  const { people, callsPerSecond, callsBegun, callsFailed } = value;
  return [
    table(["", "The fit of one box", "`ringfence simulate`"], rows),
    `On ${simulated.measuredOn}: ${digits(people)} people, ${digits(callsPerSecond, 1)} calls a second, ${digits(callsBegun)} calls begun, ${digits(callsFailed)} failed; rung ${maybe(value.inviteToRingP50Ms, 1)} ms after the invite (p99 ${maybe(value.inviteToRingP99Ms, 1)}).`,
  ].join("\n\n");
}

function placeOf({ machine, measuredOn, absent, value }: NonNullable<Results["measured"]>): string {
  const { processor, cores, memoryGiB, system, node } = machine;
  const load = digits(value.loadBefore, 1);
  const busy =
    value.loadBefore > quietLoadMax
      ? ` **The machine did other work meanwhile** (load ${load} before): CPU a call is somewhat too high, what it can at most is far too low, and how soon it rang says nothing.`
      : ` The machine was quiet (load ${load} before).`;
  const missing = Object.entries(absent).map(([name, why]) => ` Not measured: ${name}. ${why}`);
  return `Measured on ${measuredOn}, once: ${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}, Node ${node}.${busy}${missing.join("")}`;
}
