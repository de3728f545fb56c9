// @ts-check
/**
 * Follows docs/type-testing.md as its reader does, one tool at a time: in an empty project, with the packed package. What the
 * page says passes must pass, and must fail when a channel was changed.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { link, readManifest } from "./lib/installed.mjs";
import { compilers, isMain, report, root, run } from "./lib/repo.mjs";
import { packInto } from "./lib/tarball.mjs";
import { writeTree } from "./lib/temp-tree.mjs";
import { edit, firstFailure, follow, sectionsOf } from "./lib/walkthrough.mjs";

const page = "docs/type-testing.md";

/**
 * What its readers do, each with one tool, and what is said once a channel was changed. The page tells in words of `edits`
 * before a section.
 *
 * @type {{ start: string, tries: { section: string, edits?: [string, string, string], says: RegExp }[] }[]}
 */
const readers = [
  {
    start: "The project",
    tries: [
      { section: "With the compiler alone", says: /"status\.output": \{ expected: / },
      { section: "In CI", says: /"status\.output": \{ expected: / },
    ],
  },
  {
    start: "The project",
    tries: [{ section: "With vitest", says: /FAIL .* > pipeline > takes and gives a status/ }],
  },
  {
    start: "The project",
    tries: [
      { section: "With tsd", says: /test-d\/channels\.test-d\.ts/ },
      {
        section: "Without a build",
        edits: ["test-d/channels.test-d.ts", "../dist/", "../src/"],
        says: /test-d\/channels\.test-d\.ts/,
      },
    ],
  },
];

/** The change that the page suggests. @type {[string, string, string]} */
const change = ["src/channels.ts", "message: z", "text: z"];

/**
 * @param {string} packageRoot
 * @param {string} folder An empty folder outside of the repository.
 * @param {(line: string) => void} log
 * @param {typeof compilers} used The compilers to try beside those that the page names.
 * @returns {string[]} Problems.
 */
export function checkTypeTesting(packageRoot, folder, log, used = compilers) {
  const sections = sectionsOf(readFileSync(path.join(packageRoot, page), "utf8"));
  const packed = path.join(folder, "packed");
  packInto(packageRoot, packed);
  /** @type {string[]} */
  const problems = [];
  for (const [index, { start, tries }] of readers.entries()) {
    const project = path.join(folder, `reader-${index}`);
    cpSync(packed, path.join(project, "node_modules", "halyard"), { recursive: true });
    link(Object.keys(readManifest(packed).dependencies ?? {}), project);
    writeTree(project, { "package.json": `{ "private": true, "type": "module" }` });

    const steps = (/** @type {string} */ title) => sections.get(title) ?? [];
    problems.push(...follow(steps(start), project));
    for (const { section, edits, says } of tries) {
      if (edits) edit(project, ...edits);
      const found = tryOut(steps(section), project, says);
      if (found.length === 0) log(`${section}: passes, and fails when a channel was changed`);
      problems.push(...found.map((text) => `${page}, "${section}": ${text}`));
    }
    if (index === 0) problems.push(...withoutPeers(project, used));
  }
  return problems;
}

/**
 * Does what a section says, then again with a channel that was changed, and changes it back.
 *
 * @param {import("./lib/walkthrough.mjs").Step[]} steps
 * @param {string} project
 * @param {RegExp} says
 * @returns {string[]} Problems.
 */
function tryOut(steps, project, says) {
  if (!steps.some((step) => "command" in step)) return ["there is no such section, or no command in it"];
  const failed = follow(steps, project);
  if (failed.length > 0) return failed;
  const [file, from, to] = change;
  edit(project, file, from, to);
  const output = firstFailure(steps, project);
  edit(project, file, to, from);
  if (output === undefined) return ["nothing fails when a channel was changed"];
  const onOneLine = (/** @type {string} */ text) => text.replace(/\s+/g, " ");
  const quotes = steps.flatMap((step) => ("quote" in step ? [step.quote.replace(/ *…$/, "")] : []));
  return [
    ...(says.test(onOneLine(output)) ? [] : [`it fails without saying ${says}\n${output}`]),
    ...quotes
      .filter((quote) => !onOneLine(output).includes(onOneLine(quote)))
      .map((quote) => `it doesn't say what the page quotes: ${quote}\n${output}`),
  ];
}

/**
 * The types of `halyard/testing` need none of the package's optional peers, which aren't installed here.
 *
 * @param {string} project
 * @param {typeof compilers} used
 */
function withoutPeers(project, used) {
  const compilerOptions = { module: "nodenext", target: "es2022", lib: ["es2022", "dom"], types: [] };
  writeTree(project, {
    "peerless/main.ts": `import type { Equal, Expect } from "halyard/testing";\nexport type Case = Expect<Equal<1, 1>>;\n`,
    "peerless/tsconfig.json": JSON.stringify({
      compilerOptions: { ...compilerOptions, strict: true, noEmit: true, skipLibCheck: false },
    }),
  });
  return used.flatMap(({ name, tsc }) => {
    const { ok, output } = run(process.execPath, [tsc, "-p", "peerless", "--pretty", "false"], {
      cwd: project,
    });
    return ok ? [] : [`halyard/testing without its peers, ${name}: failed\n${output}`];
  });
}

if (isMain(import.meta.url)) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "halyard-type-testing-"));
  const problems = checkTypeTesting(root, folder, (line) => console.log(`- ${line}`));
  if (problems.length === 0) rmSync(folder, { recursive: true, force: true });
  else console.log(`The projects are left in ${folder}.`);
  report(problems, `${page} does what it says.`);
}
