// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkImports } from "./check-imports.mjs";
import { withTree } from "./lib/temp-tree.mjs";

/** @param {Record<string, string>} files */
const problemsOf = (files) => withTree(files, (folder) => checkImports(folder, {}));

/** Asserts that a file with this one import is refused, and that the line says what was imported. */
const refused = (/** @type {string} */ file, /** @type {string} */ line) =>
  test(`${file} may not: ${line}`, async () => {
    const problems = await problemsOf({ [file]: `// A comment.\n${line}\n` });
    assert.equal(problems.length, 1, problems.join("\n"));
    const [what = "", why, allowed] = problems[0]?.split("; ") ?? [];
    assert.match(what, new RegExp(`^${file.replace(/[.]/g, "\\.")}:2: imports`));
    assert.ok(why);
    assert.match(allowed ?? "", /^allowed: /);
  });

const accepted = (/** @type {string} */ file, /** @type {string} */ line) =>
  test(`${file} may: ${line}`, async () => assert.deepEqual(await problemsOf({ [file]: `${line}\n` }), []));

// Core
accepted("src/channel.ts", `import { a } from "./name.js";`);
refused("src/channel.ts", `import { a } from "./client/index.js";`);
refused("src/channel.ts", `import { a } from "../transports/memory/index.js";`);
refused("src/channel.ts", `import { a } from "node:crypto";`);
refused("src/channel.ts", `import { a } from "fs/promises";`);
refused("src/channel.ts", `import { z } from "zod";`);
refused("src/channel.ts", `export * from "zod";`);
refused("src/channel.ts", `const z = await import("zod");`);
refused("src/channel.ts", `const z = require("zod");`);
refused("src/channel.ts", `import z = require("zod");`);
refused("src/channel.ts", `type A = import("zod").ZodType;`);
refused("src/channel.ts", `/// <reference types="node" />`);
refused("src/channel.ts", `const a = await import(name);`);
refused("src/channel.ts", `import { a } from "halyard";`);
refused("src/channel.ts", `import type { StandardSchemaV1 } from "@standard-schema/spec";`);
accepted("src/schema.ts", `import type { StandardSchemaV1 } from "@standard-schema/spec";`);
refused("src/schema.ts", `import { type StandardSchemaV1 } from "@standard-schema/spec";`);

// Client
accepted("src/client/subscribe.ts", `import { a } from "../token.js";`);
accepted("src/client/subscribe.ts", `import { a } from "../../transports/websocket/index.js";`);
accepted("src/client/subscribe.ts", `import { a } from "../../transports/sse/index.js";`);
refused("src/client/subscribe.ts", `import { a } from "../../transports/memory/index.js";`);
refused("src/client/subscribe.ts", `import { a } from "../server/app.js";`);
refused("src/client/subscribe.ts", `import { a } from "node:events";`);

// Server
accepted("src/server/app.ts", `import { a } from "../../transports/memory/index.js";`);
refused("src/server/app.ts", `import { a } from "../../transports/redis/index.js";`);
refused("src/server/app.ts", `import { a } from "../client/index.js";`);
refused("src/server/app.ts", `import { a } from "node:http";`);
accepted("src/server/node.ts", `import { a } from "node:http";`);
accepted("src/server/node/attach.ts", `import { a } from "node:stream/web";`);
refused("src/server/app.ts", `import { a } from "fast-jwt";`);
accepted("src/server/tokens.ts", `import { a } from "fast-jwt";`);
refused("src/server/app.ts", `const ws = await import("ws");`);
refused("src/server/node.ts", `import { WebSocketServer } from "ws";`);
refused("src/server/node.ts", `import type { WebSocket } from "ws";`);
accepted("src/server/node-websocket.ts", `const ws = await import("ws");`);

// React, testing, interop
accepted("src/react/use-realtime.tsx", `import { useState } from "react";`);
refused("src/react/use-realtime.tsx", `import { a } from "../server/app.js";`);
accepted("src/testing/index.ts", `import { a } from "../../transports/conformance/index.js";`);
refused("src/testing/index.ts", `import { test } from "vitest";`);
accepted("src/inngest/index.ts", `import { a } from "../server/app.js";`);
refused("src/inngest/index.ts", `import { a } from "inngest";`);

// Transports
accepted("transports/redis/index.ts", `import type { Transport } from "../../src/transport.js";`);
accepted("transports/redis/index.ts", `import { a } from "./stream/read.js";`);
accepted("transports/websocket/index.ts", `import type { Wire } from "../../src/wire.js";`);
refused("transports/redis/index.ts", `import { a } from "../../src/channel.js";`);
refused("transports/redis/index.ts", `import { a } from "../../src/codec.js";`);
refused("transports/redis/index.ts", `import { a } from "../memory/index.js";`);
refused("transports/redis/index.ts", `import type { Redis } from "ioredis";`);
refused("transports/redis/index.ts", `import { createHash } from "node:crypto";`);
accepted("transports/conformance/replay.ts", `import { a } from "../../src/codec.js";`);
refused("transports/conformance/replay.ts", `import { a } from "../memory/index.js";`);
refused("transports/conformance/replay.ts", `import { test } from "vitest";`);

// Codegen
accepted("codegen/emit/typescript.ts", `import { a } from "../../src/name.js";`);
accepted("codegen/cli.ts", `const user = await import(path);`);
refused("codegen/emit/typescript.ts", `import { a } from "../../src/channel.js";`);
refused("codegen/emit/typescript.ts", `import { Project } from "ts-morph";`);
accepted("codegen/read.ts", `import { Project } from "ts-morph";`);
accepted("codegen/read/channels.ts", `import { Project } from "ts-morph";`);
refused("src/server/app.ts", `import { a } from "../../codegen/model.js";`);
refused("src/testing/index.ts", `import { a } from "../../codegen/model.js";`);
refused("src/testing/index.ts", `import { createJiti } from "jiti";`);

// Those who see the package from outside
for (const folder of ["type-tests", "examples", "benchmarks", "docs", "test"]) {
  accepted(`${folder}/a.ts`, `import { realtime } from "halyard";`);
  accepted(`${folder}/a.ts`, `import { subscribe } from "halyard/client";`);
  refused(`${folder}/a.ts`, `import { realtime } from "../src/index.js";`);
  refused(`${folder}/a.ts`, `import { memory } from "../transports/memory/index.js";`);
  refused(`${folder}/a.ts`, `import { read } from "../codegen/read.js";`);
}
refused("test/a.test.ts", `import { a } from "express";`);

// Tests beside the sources
accepted("src/client/subscribe.test.ts", `import { test } from "vitest";`);
accepted("src/client/subscribe.test.ts", `import { createServer } from "node:http";`);
accepted("src/client/subscribe.test.ts", `import { a } from "../testing/index.js";`);
accepted("src/server/node/client.test-support.ts", `import { WebSocket } from "ws";`);
accepted("transports/redis/redis.test.ts", `import { a } from "../conformance/index.js";`);
refused("src/client/subscribe.test.ts", `import { a } from "../server/app.js";`);
refused("src/client/subscribe.test.ts", `import { a } from "playwright-core";`);

test("a source may not import a test", async () => {
  const [problem] = await problemsOf({
    "src/a.ts": `import "./b.test.js";\n`,
    "src/b.test.ts": "export {};\n",
  });
  assert.match(problem ?? "", /^src\/a\.ts:1: imports the test/);
});

test("a new folder needs a layer", async () => {
  assert.match((await problemsOf({ "src/vue/index.ts": "export {};\n" }))[0] ?? "", /belongs to no layer/);
});

test("fixtures and installed files are left out", async () => {
  const files = ["codegen/fixtures/app/a.ts", "examples/app/node_modules/b/index.js"];
  assert.deepEqual(
    await problemsOf(Object.fromEntries(files.map((file) => [file, `import "../../src/a.js";`]))),
    [],
  );
});

test("a cycle of values is refused, a cycle of types is not", async () => {
  const files = {
    "src/a.ts": `import { b } from "./b.js";\n`,
    "src/b.ts": `export * from "./c.js";\n`,
    "src/c.ts": `import { type A } from "./a.js";\n`,
  };
  assert.deepEqual(await problemsOf(files), [
    'src/a.ts:1: import cycle; src/a.ts → src/b.ts → src/c.ts → src/a.ts; allowed: a cycle of "import type"',
  ]);
  assert.deepEqual(await problemsOf({ ...files, "src/c.ts": `import type { A } from "./a.js";\n` }), []);
});

test("a long file is refused unless it is listed, and the list has no leftovers", async () => {
  const lines = (/** @type {number} */ count) => ({ "src/a.ts": "export {};\n".repeat(count) });
  const check = (/** @type {Record<string, string>} */ files, /** @type {string[]} */ ...listed) =>
    withTree(files, (folder) =>
      checkImports(folder, Object.fromEntries(listed.map((file) => [file, "why"]))),
    );
  assert.deepEqual(await check(lines(300)), []);
  assert.match((await check(lines(301)))[0] ?? "", /^src\/a\.ts:301: 301 lines/);
  assert.deepEqual(await check(lines(301), "src/a.ts"), []);
  assert.match((await check(lines(300), "src/a.ts"))[0] ?? "", /no long file any more/);
  assert.match((await check(lines(300), "src/gone.ts"))[0] ?? "", /isn't there/);
});
