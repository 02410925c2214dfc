import type { RandomSource } from "../../packages/call/src/test/simulation/random-source.ts";
import type { Line, Said, Tampering } from "./middle.ts";

type Leaf = string | number | boolean | null;
type Path = readonly string[];

/** Messages of the connection alone: a spoiled one is a connection that is opened again. */
const ofConnection = new Set(["hello", "heartbeat"]);

/**
 * A server that spoils what it passes on: it drops, repeats, holds back and alters messages, by chance,
 * in both directions. What it puts in place of a field may be what it heard there before.
 */
export class Spoiler implements Tampering {
  /** What was done, for whoever reads why a seed failed. */
  readonly done: string[] = [];
  readonly #random: RandomSource;
  readonly #rate: number;
  readonly #held = new Map<string, { message: Said; pass: (message: Said) => void }[]>();
  readonly #heard = new Map<string, Leaf[]>();

  /** @param rate the share of messages that are spoiled */
  constructor(random: RandomSource, rate: number) {
    this.#random = random;
    this.#rate = rate;
  }

  up = (said: Said, line: Line) => this.#spoil(said, `${line.who} up`, (one) => line.say(one));
  down = (told: Said, line: Line) => this.#spoil(told, `${line.who} down`, (one) => line.tell(one));

  /** Passes on what was held back: nothing waits for ever. */
  release(): void {
    const all = [...this.#held.values()].flat();
    this.#held.clear();
    for (const { message, pass } of all) pass(message);
  }

  #spoil(message: Said, way: string, pass: (message: Said) => void): readonly Said[] {
    const before = (this.#held.get(way) ?? []).map((held) => held.message);
    this.#held.delete(way);
    return [...this.#become(message, way, pass), ...before];
  }

  #become(message: Said, way: string, pass: (message: Said) => void): readonly Said[] {
    const leaves = leavesOf(message);
    const isSpoiled = !ofConnection.has(message.type) && this.#random.isTrue(this.#rate);
    const spoiled = isSpoiled ? this.#spoiled(message, leaves, way, pass) : [message];
    for (const [path, leaf] of leaves) {
      const name = path.at(-1) ?? "";
      this.#heard.set(name, [...(this.#heard.get(name) ?? []), leaf]);
    }
    return spoiled;
  }

  #spoiled(
    message: Said,
    leaves: readonly (readonly [Path, Leaf])[],
    way: string,
    pass: (message: Said) => void,
  ): readonly Said[] {
    const note = (what: string) => this.done.push(`${way}: ${message.type} ${what}`);
    const how = this.#random.pick([
      "drop",
      "repeat",
      "hold",
      "alter",
      "alter",
      "alter",
      "swap",
      "swap",
    ]);
    if (how === "drop") {
      note("dropped");
      return [];
    }
    if (how === "repeat") {
      note("repeated");
      return [message, message];
    }
    if (how === "hold") {
      note("held back");
      this.#held.set(way, [...(this.#held.get(way) ?? []), { message, pass }]);
      return [];
    }
    const [path, leaf] = leaves[this.#random.between(0, leaves.length - 1)] ?? [[], null];
    const former = this.#heard.get(path.at(-1) ?? "") ?? [];
    const swapped = former[this.#random.between(0, Math.max(0, former.length - 1))];
    const isSwap = how === "swap" && swapped !== undefined;
    note(`${path.join(".")} ${isSwap ? "of before" : "altered"}`);
    return [replaced(message, path, isSwap ? swapped : this.#altered(leaf)) as Said];
  }

  #altered(leaf: Leaf): Leaf {
    if (typeof leaf === "number") return leaf + this.#random.pick([-1, 1, 7, 1_000_000]);
    if (typeof leaf === "boolean") return !leaf;
    if (leaf === null || leaf === "") return "A";
    const at = this.#random.between(0, leaf.length - 1);
    const other = String.fromCharCode(leaf.charCodeAt(at) ^ (1 << this.#random.between(0, 6)));
    return leaf.slice(0, at) + other + leaf.slice(at + 1);
  }
}

/** Every value of a message that holds no others, and where it stands; `type` is left alone. */
function leavesOf(value: unknown, path: Path = []): [Path, Leaf][] {
  if (value === null || typeof value !== "object") {
    return path.at(-1) === "type" ? [] : [[path, value as Leaf]];
  }
  return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, [...path, name]));
}

function replaced(value: unknown, path: Path, leaf: Leaf): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return leaf;
  const inner = (value as Record<string, unknown>)[name];
  const changed = replaced(inner, rest, leaf);
  if (Array.isArray(value)) return value.with(Number(name), changed);
  return { ...(value as object), [name]: changed };
}
