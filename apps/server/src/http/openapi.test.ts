import { api } from "@ringfence/protocol";
import { expect, test } from "vitest";
import { startServer } from "./server-under-test.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const methods = ["get", "put", "post", "delete", "patch"];

async function readDocument(): Promise<{ [key: string]: Json }> {
  await using server = await startServer();
  const answer = await server.browser().send("GET", "/openapi.json");
  expect(answer.status).toBe(200);
  return answer.body as { [key: string]: Json };
}

test("the OpenAPI document names every entry of the table and nothing else", async () => {
  const { openapi, paths } = await readDocument();
  expect(openapi).toBe("3.1.0");
  const listed = Object.entries(paths as Record<string, Record<string, { operationId: string }>>)
    .flatMap(([path, item]) =>
      Object.entries(item).map(([method, { operationId }]) => `${operationId} ${method} ${path}`),
    )
    .toSorted();
  const expected = Object.entries(api)
    .map(([name, { method, path }]) => {
      return `${name} ${method.toLowerCase()} ${path.replaceAll(/:(\w+)/g, "{$1}")}`;
    })
    .toSorted();
  expect(listed).toEqual(expected);
});

test("every operation of the document declares its parameters, its body and its answers", async () => {
  const { paths } = await readDocument();
  for (const [path, item] of Object.entries(paths as Record<string, Record<string, Json>>)) {
    for (const [method, operation] of Object.entries(item)) {
      expect(methods).toContain(method);
      const { parameters, responses } = operation as {
        parameters: { name: string; in: string; required: boolean }[];
        responses: Record<string, { description: string }>;
      };
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = parameters.filter((parameter) => parameter.in === "path");
      expect(declared.map(({ name }) => name)).toEqual(inPath);
      expect(declared.every(({ required }) => required)).toBe(true);
      expect(Object.keys(responses)).toContain("default");
      expect(Object.values(responses).every(({ description }) => description !== "")).toBe(true);
    }
  }
});

test("every reference in the document leads somewhere, and no schema of an answer is left open", async () => {
  const document = await readDocument();
  const resolve = (reference: string): Json | undefined =>
    reference
      .slice(2)
      .split("/")
      .reduce<Json | undefined>(
        (at, key) => (at as { [key: string]: Json } | undefined)?.[key],
        document,
      );
  const references: string[] = [];
  const open: string[] = [];
  visit(document, (node) => {
    if (typeof node["$ref"] === "string") references.push(node["$ref"]);
    for (const [name, property] of Object.entries(node["properties"] ?? {})) {
      if (Object.keys(property as object).length === 0) open.push(name);
    }
  });
  expect(references).toHaveLength(Object.keys(api).length);
  expect(references.filter((reference) => resolve(reference) === undefined)).toEqual([]);
  expect(open).toEqual([]);
});

function visit(node: Json | undefined, look: (object: { [key: string]: Json }) => void): void {
  if (typeof node !== "object" || node === null) return;
  if (!Array.isArray(node)) look(node);
  for (const child of Object.values(node)) visit(child, look);
}
