// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkTypeTesting } from "./check-type-testing.mjs";
import { compilers } from "./lib/repo.mjs";
import { withTree } from "./lib/temp-tree.mjs";
import { execute, sectionsOf } from "./lib/walkthrough.mjs";

const fence = (/** @type {string} */ info, /** @type {string[]} */ ...lines) =>
  ["```".concat(info), ...lines, "```", ""].join("\n");

/** Says what it finds in the channels, and fails unless that is "message". */
const said = `node -e 'const [is] = /\\w+(?=: z)/.exec(require("fs").readFileSync("src/channels.ts")); console.log(is, process.argv[1]); process.exitCode = is === "message" ? 0 : 1'`;
const drift = `'"status.output": { expected: ${"x"}'`;

const page = [
  "# Page\n",
  "## The project\n",
  fence("sh", "npm install halyard"),
  fence("json tsconfig.json", "{}"),
  fence("ts", "// file: src/channels.ts", "export default { message: z };"),
  "## With the compiler alone\n",
  fence("sh", `${said} ${drift}`),
  fence("", 'text   "status.output": …'),
  "## With vitest\n",
  fence("sh", `${said} 'FAIL a > pipeline > takes and gives a status'`),
  "## With tsd\n",
  fence("ts no-check", "// file: test-d/channels.test-d.ts", `import "../dist/channels.js";`),
  fence("sh", `${said} test-d/channels.test-d.ts`),
  "### Without a build\n",
  fence("sh", "grep -q '../src/channels.js' test-d/channels.test-d.ts", `${said} test-d/channels.test-d.ts`),
  "## In CI\n",
  fence("sh", `${said} ${drift}`),
].join("\n");

const sound = {
  "package.json": JSON.stringify({
    name: "halyard",
    version: "1.0.0",
    type: "module",
    exports: { "./testing": { types: "./dist/testing.d.ts", default: "./dist/testing.js" } },
    files: ["dist"],
  }),
  "dist/testing.js": "export {};",
  "dist/testing.d.ts": "export type Equal<A, B> = A extends B ? true : false;\nexport type Expect<T> = T;\n",
  "docs/type-testing.md": page,
};

/** @param {Record<string, string>} changes */
const check = (changes) =>
  withTree({}, (folder) =>
    withTree({ ...sound, ...changes }, (root) => {
      /** @type {string[]} */
      const log = [];
      return { problems: checkTypeTesting(root, folder, (line) => log.push(line), compilers.slice(-1)), log };
    }),
  );

test("a page that does what it says passes", async () => {
  const { problems, log } = await check({});
  assert.deepEqual(problems, []);
  assert.equal(log.length, 5);
});

/** @type {Record<string, [Record<string, string>, RegExp]>} */
const unsound = {
  "a command that fails": [
    { "docs/type-testing.md": page.replace('=== "message"', '=== "more"') },
    /"With the compiler alone": node -e .*: failed\nmessage/,
  ],
  "a command that fails nowhere": [
    { "docs/type-testing.md": page.replace("? 0 : 1", "? 0 : 0") },
    /"With the compiler alone": nothing fails when a channel was changed/,
  ],
  "a failure that doesn't say which test failed": [
    { "docs/type-testing.md": page.replace("takes and gives", "gives") },
    /"With vitest": it fails without saying /,
  ],
  "a quote of what isn't said": [
    { "docs/type-testing.md": page.replace('text   "status', 'text   "states') },
    /"With the compiler alone": it doesn't say what the page quotes: text {3}"states/,
  ],
  "a section that was renamed": [
    { "docs/type-testing.md": page.replace("## In CI", "## Elsewhere") },
    /"In CI": there is no such section/,
  ],
  "types that need a peer": [
    { "dist/testing.d.ts": `${sound["dist/testing.d.ts"]}import "@sinonjs/fake-timers";` },
    /^halyard\/testing without its peers, .*: failed\n.*@sinonjs\/fake-timers/m,
  ],
};
for (const [title, [changes, problem]] of Object.entries(unsound)) {
  test(`refused: ${title}`, async () => {
    const { problems } = await check(changes);
    assert.match(problems.join("\n"), problem);
  });
}

test("the steps of a section", () => {
  const sections = sectionsOf(
    `# Page\n\n## One\n\n${fence("sh", "a", "", "b")}${fence("js", "no")}\n### Two\n\n${fence("ts", "no file")}`,
  );
  assert.deepEqual(
    [...sections],
    [
      ["One", [{ command: "a" }, { command: "b" }]],
      ["Two", []],
    ],
  );
});

test("another compiler", () => {
  assert.match(execute("npx -p typescript@5.9 tsc --version", ".").output, /Version 5\.9/);
  assert.throws(() => execute("npx -p typescript@4.0 tsc", "."), /TypeScript 4\.0 isn't installed/);
});
