import { readFileSync } from "node:fs";
import {
  api,
  closeCodes,
  DownMessage,
  EndReason,
  ErrorCode,
  limits,
  protocolVersion,
  UpMessage,
} from "@ringfence/protocol";
import { expect, it } from "vitest";
import { rates, serverLimits } from "../apps/server/src/limits.ts";
import { connectionLimits } from "../apps/server/src/signalling/connection-limits.ts";
import { ControlDown, ControlUp } from "../packages/relay/src/control/control-message.ts";

const documentText = readFileSync(new URL("../docs/protocol.md", import.meta.url), "utf8");

/** The rows of every table below a heading, up to the next one, each as its cells. */
function rowsBelow(heading: string): string[][] {
  const [, after = ""] = documentText.split(`\n${heading}\n`);
  const [section = ""] = after.split(/\n#+ /, 1);
  return section
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.split("|").slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));
}

/** What stands in the first column as code, without the quotes, in the order of the document. */
function firstColumn(heading: string): string[] {
  return rowsBelow(heading).flatMap(([cell = ""]) => /^`([^`]+)`$/.exec(cell)?.[1] ?? []);
}

function sorted(names: Iterable<string>): string[] {
  return [...names].toSorted();
}

function typesOf(union: { options: readonly { shape: { type: { value: string } } }[] }): string[] {
  return union.options.map((option) => option.shape.type.value);
}

/** A number as a table has it: `32,768`. */
function inTable(value: number): string {
  return value.toLocaleString("en-US");
}

it("the document is about the version that is spoken", () => {
  expect(documentText).toContain(`protocol version ${protocolVersion}.`);
});

it("the document has exactly the endpoints of the API, with who must be signed in", () => {
  const written = rowsBelow("## HTTP API").filter(([cell]) => cell?.startsWith("`"));
  const real = Object.values(api).map(
    ({ method, path, login }) => `\`${method} ${path}\` ${login === "required" ? "yes" : "no"}`,
  );
  expect(sorted(written.map(([endpoint, login]) => `${endpoint} ${login}`))).toEqual(sorted(real));
});

it("the document has exactly the error codes", () => {
  expect(sorted(firstColumn("## Errors"))).toEqual(sorted(ErrorCode.options));
});

it("the document has exactly the close codes, under their names", () => {
  const written = rowsBelow("### Close codes").slice(1);
  expect(sorted(written.map(([code, name]) => `${code} ${name}`))).toEqual(
    sorted(Object.entries(closeCodes).map(([name, code]) => `${code} \`${name}\``)),
  );
});

it("the document has exactly the messages that a client says", () => {
  expect(sorted(firstColumn("## Messages up").filter((name) => name !== "type"))).toEqual(
    sorted(typesOf(UpMessage)),
  );
});

it("the document has exactly the messages that the server says, and why calls end", () => {
  expect(sorted(firstColumn("## Messages down").filter((name) => name !== "type"))).toEqual(
    sorted([...typesOf(DownMessage), ...EndReason.options]),
  );
});

it("the document has exactly the messages of the relay's control connection", () => {
  const real = new Set([...typesOf(ControlDown), ...typesOf(ControlUp)]);
  expect(sorted(firstColumn("## The relay").filter((name) => name !== "type"))).toEqual(
    sorted(real),
  );
});

it.each([
  ["### Of both sides", limits],
  ["### Of a connection", connectionLimits],
  ["### Of the server", serverLimits],
])("the table %s has exactly the limits, with their values", (heading, real) => {
  const written = rowsBelow(heading).slice(1);
  expect(sorted(written.map(([name, value]) => `${name} ${value}`))).toEqual(
    sorted(Object.entries(real).map(([name, value]) => `\`${name}\` ${inTable(value)}`)),
  );
});

it("the table of rates has exactly the rates, with their values", () => {
  const written = rowsBelow("### Rates").slice(1);
  expect(
    sorted(written.map(([name, burst, perMinute]) => `${name} ${burst} ${perMinute}`)),
  ).toEqual(
    sorted(
      Object.entries(rates).map(
        ([name, { burst, perMinute }]) => `\`${name}\` ${inTable(burst)} ${inTable(perMinute)}`,
      ),
    ),
  );
});

it("every link inside the document leads to a heading", () => {
  const anchors = documentText
    .split("\n")
    .filter((line) => /^#+ /.test(line))
    .map((line) =>
      line
        .replace(/^#+ /, "")
        .toLowerCase()
        .replaceAll(/[^\w -]/g, "")
        .replaceAll(" ", "-"),
    );
  const links = [...documentText.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor ?? "");
  expect(links.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
});
