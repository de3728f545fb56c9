// @ts-check
/**
 * Uses the package as its users do: packs it, unpacks it beside what a user would have installed, outside of this
 * repository, compiles README.md's example and every entry with every supported TypeScript, as ES modules, as CommonJS and
 * for a bundler, and runs what came out.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { sourcesOf } from "./lib/fences.mjs";
import { link, readManifest } from "./lib/installed.mjs";
import { compilers, isMain, report, root, run } from "./lib/repo.mjs";
import { packInto, wrongContents } from "./lib/tarball.mjs";
import { writeTree } from "./lib/temp-tree.mjs";

/** What a user has beside the package and its dependencies. Optional peers are left out: nothing may need them to load. */
const brought = ["zod", "valibot", "ws", "@types/node", "@types/ws"];

/** Entries that are of no use without a peer. */
const needPeer = ["./package.json", "./react"];

/** Entries whose types are of no use without Node's. */
const needNode = ["halyard/server/node"];

/** From 5.8 on, `module: nodenext` lets CommonJS require an ES module. */
const tooOldToRequire = ["typescript-5.5"];

/** `module: preserve` refuses README's `for await` at the top level. */
const tooOldToPreserve = ["typescript-5.5"];

/** An example is "big" from this many lines on: shorter fences show a single call. */
const bigExample = 10;

/** The README's example has to end by itself. In milliseconds. */
const timeLimit = 30_000;

/**
 * @param {string} packageRoot
 * @param {string} consumer An empty folder outside of the repository.
 * @param {(line: string) => void} log
 * @param {typeof compilers} used The compilers to try; the last one's output is run.
 * @returns {string[]} Problems.
 */
export function checkConsumer(packageRoot, consumer, log, used = compilers) {
  const installed = path.join(consumer, "node_modules", "halyard");
  const packed = packInto(packageRoot, installed);
  const problems = wrongContents(installed, packed);
  log(`packed ${packed.length} files`);

  const manifest = readManifest(installed);
  const linked = link([...Object.keys(manifest.dependencies ?? {}), ...brought], consumer);
  log(`installed beside it: ${linked.join(", ")}`);

  const example = readExample(packageRoot);
  if (!example) return [...problems, `README.md has no \`\`\`ts fence of ${bigExample} lines or more`];
  const entries = Object.keys(manifest.exports ?? {})
    .filter((entry) => entry.startsWith(".") && !needPeer.includes(entry))
    .map((entry) => `halyard${entry.slice(1)}`);
  const all = entries.map((entry, i) => `import * as e${i} from "${entry}";\nvoid e${i};\n`);
  const importing = `import { realtime } from "halyard";\n${all.join("")}${works}`;
  const bare = entries.map((entry, i) => (needNode.includes(entry) ? "" : all[i]));
  writeTree(consumer, {
    ...example.files,
    "package.json": `{ "type": "module" }`,
    "entries.ts": importing,
    "bare.ts": bare.join(""),
    "core.ts": `import * as core from "halyard";\nvoid core;\n`,
    // A package that is no ES module: its `.ts` become `require`.
    "commonjs/package.json": commonJs,
    "commonjs/main.ts": importing,
    "commonjs/required.cjs": `for (const entry of ${JSON.stringify(entries)}) require(entry);
const { realtime } = require("halyard");\n${works}`,
  });

  const step = (/** @type {string} */ what, /** @type {ReturnType<typeof run>} */ { ok, output }) => {
    if (ok) log(what);
    else problems.push(`${what}: failed\n${output}`);
    return ok;
  };
  const node = (/** @type {string[]} */ ...args) =>
    run(process.execPath, args, { cwd: consumer, timeout: timeLimit });
  let compiled = true;
  const modules = [example.main, "entries.ts"];
  const files = [...modules, "commonjs/main.ts"];
  for (const { name, tsc } of used) {
    const out = `out-${name}`;
    const project = (/** @type {object} */ compilerOptions, /** @type {string[]} */ list) =>
      JSON.stringify({ compilerOptions, files: list });
    const module = tooOldToPreserve.includes(name) ? "esnext" : "preserve";
    writeTree(consumer, {
      [`${name}.json`]: project({ ...inNode, outDir: out }, tooOldToRequire.includes(name) ? modules : files),
      [`${name}.bundled.json`]: project({ ...bundled, module }, files),
      [`${name}.bare.json`]: project({ ...withoutNode, lib: ["es2022", "dom"] }, ["bare.ts"]),
      [`${name}.core.json`]: project({ ...withoutNode, lib: ["es2022"] }, ["core.ts"]),
      [`${out}/commonjs/package.json`]: commonJs,
    });
    const compile = (/** @type {string} */ what, /** @type {string} */ config) => {
      const result = run(process.execPath, [tsc, "-p", config, "--pretty", "false"], { cwd: consumer });
      compiled = step(`compiled ${what} with ${name}`, result) && compiled;
    };
    compile(`README.md's example and ${entries.length} entries`, `${name}.json`);
    compile("the same, for a bundler,", `${name}.bundled.json`);
    compile("what needs no Node, without its types,", `${name}.bare.json`);
    compile("what declares channels, without a browser's either,", `${name}.core.json`);
  }
  const out = `out-${used.at(-1)?.name}`;
  if (compiled) {
    step("ran a CommonJS package that was compiled", node(`${out}/commonjs/main.js`));
    const emitted = path.join(out, example.main.replace(/\.tsx?$/, ".js"));
    step(`ran README.md's example (${example.main})`, node(emitted));
  }
  step(`required ${entries.length} entries from CommonJS`, node("commonjs/required.cjs"));
  for (const [name, file] of Object.entries(manifest.bin ?? {})) {
    step(`ran ${name} --help`, node(path.join(installed, file), "--help"));
  }
  return problems;
}

const commonJs = `{ "type": "commonjs" }`;

/** Fails where what is imported isn't there: what is declared may not be what is. */
const works = `if (typeof realtime?.channel !== "function") throw new Error("no realtime.channel");\n`;

const strict = { target: "es2022", types: ["node"], strict: true, skipLibCheck: false, rootDir: "." };
// Node's types have what its web APIs need, without a browser's.
const inNode = { ...strict, module: "nodenext", lib: ["es2022"] };
const bundled = { ...strict, moduleResolution: "bundler", noEmit: true };
const withoutNode = { ...strict, module: "nodenext", types: [], noEmit: true };

/**
 * README.md's first big example, with the named fences that it may import.
 *
 * @param {string} packageRoot
 */
function readExample(packageRoot) {
  const readme = path.join(packageRoot, "README.md");
  const { sources } = sourcesOf(existsSync(readme) ? readFileSync(readme, "utf8") : "");
  const main = sources.find(({ lines }) => lines.length >= bigExample)?.name;
  if (!main) return undefined;
  return {
    main,
    files: Object.fromEntries(sources.map(({ name, lines }) => [name, `${lines.join("\n")}\n`])),
  };
}

if (isMain(import.meta.url)) {
  const consumer = mkdtempSync(path.join(os.tmpdir(), "halyard-consumer-"));
  const problems = checkConsumer(root, consumer, (line) => console.log(`- ${line}`));
  if (problems.length === 0) rmSync(consumer, { recursive: true, force: true });
  else console.log(`The consumer's project is left in ${consumer}.`);
  report(problems, "A user's project compiles and runs.");
}
