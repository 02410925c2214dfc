import { parseArgs } from "node:util";

export type Command =
  | { name: "start"; isDemo: boolean }
  | { name: "relay" }
  | { name: "help" }
  | { name: "version" }
  /** Not a command; the problem says what to type instead. */
  | { name: "wrong"; problem: string };

/** @param parameters what was typed after `ringfence` */
export function readCommand(parameters: readonly string[]): Command {
  const { values, positionals, tokens } = parseArgs({
    args: [...parameters],
    options: {
      demo: { type: "boolean" },
      help: { type: "boolean", short: "h" },
      version: { type: "boolean" },
    },
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  if (values.help === true) return { name: "help" };
  if (values.version === true) return { name: "version" };
  const [name, extra] = positionals;
  if (name === undefined) return { name: "help" };
  if (name !== "start" && name !== "relay") return wrong(`There is no command \`${name}\`.`);
  if (extra !== undefined) return wrong(`\`ringfence ${name}\` takes no \`${extra}\`.`);
  const allowed = name === "start" ? ["demo"] : [];
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const isAllowed = allowed.includes(token.name) && token.value === undefined;
    if (!isAllowed) return wrong(`\`ringfence ${name}\` has no option \`${token.rawName}\`.`);
  }
  return name === "start" ? { name, isDemo: values.demo === true } : { name };
}

function wrong(problem: string): Command {
  return { name: "wrong", problem: `${problem} See \`ringfence --help\`.` };
}
