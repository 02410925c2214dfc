import { expect, test } from "vitest";
import { judgeFiles, judgeMemory, judgeNode } from "./judge-machine.ts";

const mebibyte = 1_048_576;

test.each([
  ["24.21.0", "good"],
  ["26.0.0", "good"],
  ["22.20.0", "fault"],
])("Node %s is %s", (version, level) => {
  expect(judgeNode(version).level).toBe(level);
});

test.each([
  [1_000, "good"],
  [128, "warning"],
  [32, "fault"],
])("%i MiB of memory are %s", (mebibytes, level) => {
  expect(judgeMemory(mebibytes * mebibyte).level).toBe(level);
});

test.each([
  [1_048_576, "good"],
  [Infinity, "good"],
  [1_024, "warning"],
])("room for %f files is %s", (limit, level) => {
  expect(judgeFiles(limit, true).level).toBe(level);
});
