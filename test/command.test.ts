/** `npm run demo`, as a newcomer types it. */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { compileDemo, runDemo, serveDemo } from "./support/demo.js";
import { type Folder, makeFolder } from "./support/folder.js";
import { endAll, root, start } from "./support/process.js";

// It compiles, and a busy machine takes its time.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 180_000 });

let folder: Folder;

beforeAll(async () => {
  folder = makeFolder(1_500);
});
afterEach(endAll);
afterAll(() => folder?.remove());

test("the committed bindings are those that halyard generates", async () => {
  const options = ["--project", "examples/scan", "--out", "examples/scan/page/channels.gen.ts"];
  const check = start(process.execPath, ["dist/codegen/cli.js", "check", ...options]);
  expect(await check.exited, check.stdout + check.stderr).toBe(0);
});

test("npm run demo -- --once builds, scans the folder once, tells what was received, and ends", async () => {
  rmSync(path.join(root, "examples", "scan", "dist"), { recursive: true, force: true });
  const demo = start("npm", ["run", "demo", "--", "--once", "--folder", folder.path]);
  expect(await demo.exited, demo.stdout + demo.stderr).toBe(0);

  expect(demo.stderr.replace(/^npm warn .*\n/gm, "")).toBe("");
  expect(demo.stdout).toMatch(/http:\/\/127\.0\.0\.1:\d+/);
  expect(demo.stdout).toMatch(
    /✓ Received 1,5\d\d messages: 1,500 files, .*; 0 missing, 0 duplicates, 0 gaps, 0 reconnects/,
  );
  // No screen that is drawn again and again, where nobody watches.
  expect(demo.stdout).not.toContain("\u001b");
  expect(demo.stdout.split("\n").length).toBeLessThan(25);
  expect(existsSync(path.join(root, "dist", "src", "index.js"))).toBe(true);
});

describe("once it is compiled", () => {
  beforeAll(compileDemo);

  test("Ctrl-C ends it cleanly, in the middle of a scan", async () => {
    const demo = await serveDemo(folder.path);
    await demo.printed(/✓ Received/);
    await fetch(`${demo.url}/api/scans?pace=100`, { method: "POST" });
    await demo.printed(/Scanning.+Scanning/s);
    demo.child.kill("SIGINT");
    expect(await demo.exited).toBe(0);
    expect(demo.stderr).toBe("");
  });

  test("a port that is taken", async () => {
    const server = await occupy();
    const { port } = server.address() as AddressInfo;
    expect(await refusal("--folder", folder.path, "--port", String(port))).toMatch(
      /^PORT_IN_USE: Port \d+ is taken\. .+\n$/,
    );
    server.close();
  });

  test("a port that is none", async () => {
    expect(await refusal("--port", "http")).toMatch(/^INVALID_PORT: "http" is no port: .+\n$/);
  });

  test("a folder that isn't there", async () => {
    const missing = path.join(folder.path, "missing");
    expect(await refusal("--once", "--folder", missing)).toBe(
      `FOLDER_NOT_FOUND: There is no folder ${missing}.\n`,
    );
  });

  test("a folder that is none", async () => {
    const file = path.join(folder.path, "file");
    writeFileSync(file, "");
    expect(await refusal("--once", "--folder", file)).toBe(`NOT_A_FOLDER: ${file} is no folder.\n`);
    rmSync(file);
  });

  test("an option that it doesn't know", async () => {
    expect(await refusal("--fodler", folder.path)).toMatch(/^INVALID_OPTION: Unknown option '--fodler'.*\n$/);
  });
});

/** What it prints to stderr when it refuses: it ends with 1, and nothing else is printed. */
async function refusal(...args: string[]): Promise<string> {
  const demo = runDemo(...args);
  expect(await demo.exited).toBe(1);
  expect(demo.stdout).toBe("");
  return demo.stderr;
}

function occupy(): Promise<Server> {
  const server = createServer();
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
