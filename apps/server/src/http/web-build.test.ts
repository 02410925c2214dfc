import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startServer } from "./server-under-test.ts";
import { readWebBuild } from "./web-build.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-web-"));
  mkdirSync(join(directory, "assets"));
  writeFileSync(join(directory, "index.html"), "page");
  writeFileSync(join(directory, "assets/app.js"), "app");
});
afterEach(() => rmSync(directory, { recursive: true }));

describe("a build of the web app", () => {
  test("is listed as sha256sum lists files", () => {
    expect(readWebBuild(directory)?.list).toBe(
      [
        "a172cedcae47474b615c54d510a5d84a8dea3032e958587430b413538be3f333  assets/app.js",
        "3660315a9af3df255d8f19ab077e4797822b41488a0e2a04bc6af71213c23274  index.html",
        "",
      ].join("\n"),
    );
  });

  test("has another name when a byte of it, or the name of a file, changes", () => {
    const first = readWebBuild(directory)?.name;
    writeFileSync(join(directory, "assets/app.js"), "apq");
    const second = readWebBuild(directory)?.name;
    writeFileSync(join(directory, "assets/more.js"), "");
    expect(new Set([first, second, readWebBuild(directory)?.name]).size).toBe(3);
  });

  test("has the same name whatever its compressed copies and marks are", () => {
    const before = readWebBuild(directory);
    for (const name of ["index.html.br", "assets/app.js.gz", ".made-from"]) {
      writeFileSync(join(directory, name), "anything");
    }
    expect(readWebBuild(directory)).toEqual(before);
  });

  test("is told to whoever asks, with its list", async () => {
    await using server = await startServer({ webDirectory: directory });
    const build = readWebBuild(directory);
    const health = await server.browser().send("GET", "/healthz");
    expect(health.body).toEqual({ status: "ok", webBuild: build?.name });
    expect((await server.browser().send("GET", "/files.sha256")).text).toBe(build?.list);
  });

  test("that was not made has no name and no list", async () => {
    await using server = await startServer();
    const health = await server.browser().send("GET", "/healthz");
    expect(health.body).toEqual({ status: "ok", webBuild: null });
    expect((await server.browser().send("GET", "/files.sha256")).status).toBe(404);
  });
});
