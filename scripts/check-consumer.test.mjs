// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkConsumer } from "./check-consumer.mjs";
import { compilers } from "./lib/repo.mjs";
import { wrongContents } from "./lib/tarball.mjs";
import { withTree } from "./lib/temp-tree.mjs";

const example = `\`\`\`ts
// file: main.ts
import { z } from "zod";
import { realtime } from "halyard";
import { double } from "./double.js";

const one: number = realtime.channel(1);
if (z.number().parse(double(one)) !== 2) {
  throw new Error("wrong");
}
// The tenth line.
\`\`\`

\`\`\`ts
// file: double.ts
export const double = (n: number) => n * 2;
\`\`\`
`;

const code = "export const realtime = { channel: (x) => x };";
const types = "export declare const realtime: { channel: <T>(x: T) => T };";

const main = { types: "./dist/index.d.ts", default: "./dist/index.js" };
const manifest = (/** @type {object} */ entry) => ({
  "package.json": JSON.stringify({
    name: "halyard",
    version: "1.0.0",
    type: "module",
    exports: { ".": entry, "./react": { types: "./dist/react.d.ts", default: "./dist/react.js" } },
    bin: { halyard: "dist/cli.js" },
    files: ["dist"],
  }),
});

const sound = {
  ...manifest(main),
  LICENSE: "MIT",
  "README.md": `# Halyard\n\n${example}`,
  "dist/index.js": code,
  "dist/index.d.ts": types,
  "dist/cli.js": "#!/usr/bin/env node\n",
};

/** @param {Record<string, string>} changes @param {typeof compilers} [used] */
const check = (changes, used) =>
  withTree({}, (consumer) =>
    withTree({ ...sound, ...changes }, (packageRoot) => {
      /** @type {string[]} */
      const log = [];
      return { problems: checkConsumer(packageRoot, consumer, (line) => log.push(line), used), log };
    }),
  );

test("a sound package passes, with every compiler", async () => {
  const { problems, log } = await check({});
  assert.deepEqual(problems, []);
  assert.equal(log.filter((line) => line.startsWith("compiled")).length, 4 * compilers.length);
  assert.deepEqual(log.slice(-4), [
    "ran a CommonJS package that was compiled",
    "ran README.md's example (main.ts)",
    "required 1 entries from CommonJS",
    "ran halyard --help",
  ]);
});

/** @type {Record<string, [Record<string, string>, RegExp]>} */
const unsound = {
  "an example that doesn't compile": [
    { "README.md": example.replace("(1)", `("1")`) },
    /^compiled README\.md.*: failed\nmain\.ts\(6,7\): error/,
  ],
  "an example that fails": [
    { "README.md": example.replace("!== 2", "!== 3") },
    /^ran README\.md.*: failed\n[\s\S]*Error: wrong/,
  ],
  "no example": [{ "README.md": "# Halyard\n" }, /no ```ts fence of 10 lines/],
  "declarations that don't compile": [{ "dist/index.d.ts": `${types}\nimport "redis";` }, /'redis'/],
  "a dependency that isn't declared": [{ "dist/index.js": `${code}\nimport "vitest";` }, /package 'vitest'/],
  "a top-level await": [{ "dist/index.js": `${code}\nawait 1;` }, /^required .* from CommonJS: failed/m],
  "an entry for import alone": [
    manifest({ import: main }),
    /^compiled README\.md.*: failed\ncommonjs\/main\.ts\(1,26\): error TS2307/,
  ],
  "an entry that a bundler doesn't see": [
    manifest({ node: main }),
    /^compiled the same, for a bundler, .*: failed\n[\s\S]*error TS2307/m,
  ],
  "declarations that need a browser's types": [
    { "dist/index.d.ts": `${types}\nexport declare const at: URL;` },
    /^compiled what declares channels, without a browser's either, .*: failed\n[\s\S]*'URL'/,
  ],
  "declarations that need Node's types": [
    { "dist/index.d.ts": `${types}\nexport declare const bytes: Buffer;` },
    /^compiled what needs no Node, without its types, .*: failed\n[\s\S]*'Buffer'/,
  ],
  "an entry that is there in its types alone": [
    { "dist/index.js": "export const realtime = {};" },
    /^ran a CommonJS package that was compiled: failed\n[\s\S]*no realtime\.channel/,
  ],
  "a command that fails": [{ "dist/cli.js": "process.exitCode = 1;" }, /^ran halyard --help: failed/],
  "a test among its files": [{ "dist/a.test.js": "" }, /^the package holds dist\/a\.test\.js/],
};
for (const [title, [changes, problem]] of Object.entries(unsound)) {
  test(`refused: ${title}`, async () => {
    const { problems } = await check(changes, compilers.slice(-1));
    assert.match(problems.join("\n"), problem);
  });
}

test("the contents of the package", async () => {
  const files = {
    "package.json": "{}",
    "README.md": "",
    "dist/fixtures/a.js": "",
    "dist/a.js": "//# sourceMappingURL=a.js.map\n",
    "dist/b.js.map": `{ "sources": ["../src/b.ts"] }`,
    "dist/c.js": "//# sourceMappingURL=c.js.map\n",
    "dist/c.js.map": `{ "sources": ["c.js"] }`,
  };
  assert.deepEqual(await withTree(files, (folder) => wrongContents(folder, Object.keys(files))), [
    "the package lacks LICENSE",
    "the package holds dist/fixtures/a.js",
    "dist/a.js names a source map that isn't in the package: a.js.map",
    "dist/b.js.map maps to a source that isn't in the package: ../src/b.ts",
  ]);
});
