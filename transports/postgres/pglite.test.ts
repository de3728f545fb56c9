import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { postgres } from "./index.js";
import { channelName, epochOf, listen, readAll, refused, say, textsOf } from "./lab.test-support.js";
import { openPGlite, type TestPGlite } from "./pglite.test-support.js";

let db: TestPGlite;
beforeAll(async () => {
  db = await openPGlite();
}, 60_000);
afterAll(() => db.close());

let schemas = 0;
const create = (options = {}) => postgres({ client: db, schema: `s${++schemas}`, ...options });

it("publishes in a transaction, if and only if it commits", async () => {
  const transport = create();
  const channel = channelName();
  const sink = await listen(transport, channel);
  const ids: string[] = [];
  await db.transaction(async (tx) => {
    ids.push(await say(transport, channel, "first", tx), await say(transport, channel, "second", tx));
    expect(sink.calls).toBe(0);
  });
  const undone = db.transaction(async (tx) => {
    await say(transport, channel, "never", tx);
    throw new Error("undone");
  });
  await expect(undone).rejects.toThrow("undone");
  ids.push(await say(transport, channel, "after"));
  await sink.count(3);
  expect(sink.ids).toEqual(ids);
  expect(textsOf(sink.payloads)).toEqual(["first", "second", "after"]);
  await transport.close();
});

it("can be used in a transaction first of all, and again if that is undone", async () => {
  const transport = create();
  const channel = channelName();
  const undone = db.transaction(async (tx) => {
    await say(transport, channel, "never", tx);
    throw new Error("undone");
  });
  await expect(undone).rejects.toThrow("undone");
  await db.transaction((tx) => say(transport, channel, "first", tx));
  expect((await readAll(transport, channel)).texts).toEqual(["first"]);
  await transport.close();
});

it("can be used in a transaction while somebody outside is the first to wait for it", async () => {
  const transport = create({ timeout: 5_000 });
  const channel = channelName();
  let outside: Promise<string> | undefined;
  await db.transaction(async (tx) => {
    outside = say(transport, channel, "outside");
    await say(transport, channel, "inside", tx);
  });
  await outside;
  expect((await readAll(transport, channel)).texts).toEqual(["inside", "outside"]);
  await transport.close();
});

it("says what it waits for, where a transaction waits for it", async () => {
  const transport = create({ timeout: 300 });
  await say(transport, "a", "before");
  await db.transaction(async () => {
    await refused(
      say(transport, "a", "no tx was given"),
      "TRANSPORT_FAILED",
      /transaction of this PGlite.*\{ tx \}/,
    );
  });
  await transport.close();
});

it("refuses a transaction that has ended", async () => {
  const transport = create();
  const leaked: unknown[] = [];
  await db.transaction(async (tx) => leaked.push(tx));
  await refused(say(transport, "a", "no", leaked[0]), "TRANSPORT_FAILED", /Transaction is closed/);
  await refused(say(transport, "a", "no", db), "INVALID_OPTIONS", /tx is .*\(pglite\): give/);
  await transport.close();
});

it("tells subscribers when it was closed under them", async () => {
  const own = await openPGlite();
  const transport = postgres({ client: own });
  await say(transport, "a", "before");
  await own.close();
  await refused(say(transport, "a", "no"), "TRANSPORT_FAILED", /the client was ended/);
  await transport.close();
});

/** The child as one file of JavaScript: Node runs no TypeScript of itself. */
async function bundleChild(folder: string): Promise<string> {
  const name = "esbuild";
  const { build } = (await import(name)) as { build(options: object): Promise<unknown> };
  const outfile = path.join(folder, "child.mjs");
  const entryPoints = [path.join(import.meta.dirname, "pglite-child.test-support.ts")];
  await build({ entryPoints, outfile, bundle: true, platform: "node", format: "esm", logLevel: "error" });
  return outfile;
}

it("keeps all when its process is killed, and resumes without a gap", async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "halyard-pglite-"));
  const data = path.join(folder, "data");
  try {
    const child = await bundleChild(folder);
    const module = createRequire(import.meta.url).resolve("@electric-sql/pglite");
    /** Publishes in another process, which is killed once it says that these are stored. */
    const publishAndDie = (...texts: string[]) =>
      new Promise<string[]>((resolve, reject) => {
        const running = fork(child, [data, module, ...texts]);
        let ids: string[] | undefined;
        running.on("message", (message: string[]) => {
          ids = message;
          running.kill("SIGKILL");
        });
        running.on("exit", (code) =>
          ids ? resolve(ids) : reject(new Error(`The child ended with ${code}.`)),
        );
      });
    const first = await publishAndDie("one", "two");
    const second = await publishAndDie("three");
    const again = await openPGlite(data);
    const transport = postgres({ client: again });
    const sink = await listen(transport, "a", first[0]);
    const last = await say(transport, "a", "four");
    await sink.count(3);
    expect(textsOf(sink.payloads)).toEqual(["two", "three", "four"]);
    expect(sink.ids).toEqual([first[1], second[0], last]);
    expect(sink.gaps).toEqual([]);
    // Should a write be lost after all, its position must not come again.
    expect(new Set([first[0], second[0], last].map((id) => epochOf(id ?? ""))).size).toBe(3);
    await transport.close();
    await again.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 90_000);
