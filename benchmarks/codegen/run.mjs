// @ts-check
/**
 * What `halyard generate` costs a build, beside compilers on the same project, in the same run.
 *
 *     node benchmarks/codegen/run.mjs [--runs 5] [--edits 15] [--only 10,100,500,500/2000]
 *
 * Contestants take turns, so that a busy machine slows all of them; of each the best run counts. Ratios are what to trust.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";
import { makeProject, root } from "./project.mjs";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "5" },
    edits: { type: "string", default: "15" },
    only: { type: "string", default: "10,100,500,500/2000" },
  },
});
const runs = Number(values.runs);
const edits = Number(values.edits);
const sizes = values.only.split(",").map((size) => {
  const [channels = 0, files = 0] = size.split("/").map(Number);
  return { channels, files: files || channels + 1 };
});

/** Between the beginning of a watch and its first edit. */
const REST_MS = 10_000;

const cli = path.join(root, "dist/codegen/cli.js");
const tsc = (/** @type {string} */ name) => [path.join(root, "node_modules", name, "bin/tsc"), "--noEmit"];

/** Runs Node in a folder. Gives milliseconds. @param {string} cwd @param {string[]} args */
function time(cwd, args) {
  const begin = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${args.join(" ")} in ${cwd}:\n${stdout}${stderr}`);
  return performance.now() - begin;
}

const show = (/** @type {string} */ what, /** @type {number} */ value, note = "") =>
  console.log(`  ${what.padEnd(44)}${`${Math.round(value)} ms`.padStart(10)}${note && `   ${note}`}`);
const ratio = (/** @type {number} */ value, /** @type {number} */ base, /** @type {string} */ name) =>
  `×${(value / base).toFixed(2)} of ${name}`;

for (const size of sizes) {
  const project = makeProject(size);
  try {
    await measure(project, size);
  } finally {
    project.remove();
  }
}

/** @param {ReturnType<typeof makeProject>} project @param {{ channels: number, files: number }} size */
async function measure({ folder, forget, edit }, { channels, files }) {
  console.log(`\n${channels} channels in ${files} files`);
  const best = {
    node: Infinity,
    cold: Infinity,
    again: Infinity,
    after: Infinity,
    own: Infinity,
    seven: Infinity,
  };
  const take = (/** @type {keyof typeof best} */ name, /** @type {string[]} */ args) => {
    best[name] = Math.min(best[name], time(folder, args));
  };
  // What was written a moment ago has to be looked at twice: two runs, before the one that counts.
  for (let i = 0; i < runs; i++) {
    forget();
    take("cold", [cli, "generate"]);
    take("own", tsc("typescript-6.0"));
    take("seven", tsc("typescript"));
    time(folder, [cli, "generate"]);
    take("again", [cli, "generate"]);
    take("node", ["-e", "0"]);
    edit(i % channels, i);
    take("after", [cli, "generate"]);
  }
  show("TypeScript 6.0, as in ts-morph: --noEmit", best.own);
  show("TypeScript 7: --noEmit", best.seven, ratio(best.seven, best.own, "TypeScript 6.0"));
  show("halyard generate, cold", best.cold, ratio(best.cold, best.own, "TypeScript 6.0"));
  show("halyard generate, one file changed", best.after, ratio(best.after, best.own, "TypeScript 6.0"));
  show(
    "halyard generate, nothing changed",
    best.again,
    `${Math.round(best.again - best.node)} ms beyond Node's start`,
  );
  await watchEdits(folder, channels, edit);
  const { loaded, inputs } = await loadedFor(folder, forget);
  console.log(`  sources loaded: ${loaded} of ${files}; files looked at: ${inputs}`);
}

/** From an edit to the written file, while one watches. @param {string} folder @param {number} channels @param {(i: number, time: number) => void} edit */
async function watchEdits(folder, channels, edit) {
  const { watch } = await import("halyard/codegen");
  /** @type {(() => void) | undefined} */
  let done;
  const watching = watch(
    { cwd: folder },
    {
      onRun({ error }) {
        if (error) throw error;
        done?.();
      },
    },
  );
  await watching.ready;
  // It gets ready for the first edit meanwhile, which is long in coming.
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  const times = [];
  let busy = 0;
  for (let i = 0; i < edits; i++) {
    const begin = performance.now();
    const before = process.cpuUsage();
    const written = new Promise((resolve) => (done = () => resolve(undefined)));
    edit((i * 3) % channels, runs + i);
    await written;
    times.push(performance.now() - begin);
    const { user, system } = process.cpuUsage(before);
    if (i > 0) busy += (user + system) / 1000;
  }
  await watching.close();
  const [first = 0, ...more] = times;
  show("watch: the first edit, to the written file", first);
  const median = more.sort((a, b) => a - b)[more.length >> 1] ?? 0;
  show("watch: each further one (median)", median, `${Math.round(busy / more.length)} ms of a processor`);
}

/** How many of the project's sources a compiler loads. @param {string} folder @param {() => void} forget */
async function loadedFor(folder, forget) {
  forget();
  const { openReader } = await import(new URL("../../dist/codegen/reader.js", import.meta.url).href);
  const { loaded, inputs } = await openReader({
    cwd: folder,
    outputNames: ["halyard.gen.ts"],
    cache: false,
  }).read();
  const own = loaded.filter((/** @type {string} */ file) => file.startsWith(`${folder}/src/`));
  return { loaded: own.length, inputs: inputs.files.length };
}
