import { parseArgs } from "node:util";

/** What may follow the name of a command. */
interface CommandShape {
  /** Options that stand alone, such as `--demo`. */
  readonly flags?: readonly string[];
  /** Options with a value, such as `--as @alice`. */
  readonly values?: readonly string[];
  /** Words, in order; all of them must be given. */
  readonly words?: readonly string[];
}

const shapes = {
  start: { flags: ["demo"] },
  relay: {},
  doctor: { flags: ["json", "push"] },
  invite: { values: ["as"] },
  suspend: { words: ["a handle, such as @alice"] },
  unsuspend: { words: ["a handle, such as @alice"] },
  vouch: { words: ["a handle, such as @alice"] },
  unvouch: { words: ["a handle, such as @alice"] },
  reset: { words: ["a handle, such as @alice"] },
  reports: { values: ["close"] },
  backup: { words: ["the name of a new file"] },
  restore: { words: ["the name of a backup"] },
  simulate: {
    flags: ["json", "clean"],
    values: [
      "target",
      "people",
      "rate",
      "minutes",
      "media",
      "mix",
      "seed",
      "invitation",
      "metrics-token",
    ],
  },
  receipt: { flags: ["json"], words: ["the word `check`", "a file"] },
} as const satisfies Record<string, CommandShape>;

export type CommandName = keyof typeof shapes;

export type Command =
  | {
      name: CommandName;
      flags: ReadonlySet<string>;
      values: ReadonlyMap<string, string>;
      words: readonly string[];
    }
  | { name: "help" }
  | { name: "version" }
  /** Not a command; the problem says what to type instead. */
  | { name: "wrong"; problem: string };

/** @param parameters what was typed after `ringfence` */
export function readCommand(parameters: readonly string[]): Command {
  const shape = shapeOf(parameters.find((parameter) => !parameter.startsWith("-")));
  const { values, positionals, tokens } = parseArgs({
    args: [...parameters],
    options: {
      help: { type: "boolean", short: "h" },
      version: { type: "boolean" },
      ...Object.fromEntries(
        (shape.values ?? []).map((name) => [name, { type: "string" as const }]),
      ),
    },
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  if (values["help"] === true) return { name: "help" };
  if (values["version"] === true) return { name: "version" };
  const [name, ...words] = positionals;
  if (name === undefined) return { name: "help" };
  if (!isCommandName(name)) return wrong(`There is no command \`${name}\`.`);

  const wanted = shape.words ?? [];
  const extra = words[wanted.length];
  if (extra !== undefined) return wrong(`\`ringfence ${name}\` takes no \`${extra}\`.`);
  const missing = wanted[words.length];
  if (missing !== undefined) return wrong(`\`ringfence ${name}\` needs ${missing}.`);

  const flags = new Set<string>();
  const given = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const { value } = token;
    if (shape.flags?.includes(token.name) === true && value === undefined) flags.add(token.name);
    else if (shape.values?.includes(token.name) === true && value !== undefined) {
      given.set(token.name, value);
    } else return wrong(`\`ringfence ${name}\` has no option \`${token.rawName}\`.`);
  }
  return { name, flags, values: given, words };
}

function shapeOf(name: string | undefined): CommandShape {
  return name !== undefined && isCommandName(name) ? shapes[name] : {};
}

function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(shapes, name);
}

function wrong(problem: string): Command {
  return { name: "wrong", problem: `${problem} See \`ringfence --help\`.` };
}
