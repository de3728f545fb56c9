// @ts-check
/**
 * What types cost a compiler and an editor: Halyard's beside Inngest's and beside types written by hand, in the same run.
 *
 *     node benchmarks/types/run.mjs [--compiler typescript-5.9] [--channels 1000] [--runs 3] [--only counts,time]
 *
 * Counts repeat to the digit. Times don't: the contestants take turns, and ratios are what to trust.
 */
import { parseArgs } from "node:util";
import { compile, compilers, compileSource, withProject } from "./compile.mjs";
import { completeByServer, completeInProcess, median } from "./completion.mjs";
import { HALYARD, HAND_WRITTEN, INNGEST, withoutSchemas, withSchemas } from "./contestants/index.mjs";
import { marginalsBy } from "./count.mjs";
import { costsOf, rows, sourcesOf } from "./rows.mjs";
import { CYCLE } from "./workload.mjs";

const { values } = parseArgs({
  options: {
    compiler: { type: "string", default: "typescript" },
    channels: { type: "string", default: "1000" },
    runs: { type: "string", default: "3" },
    only: { type: "string", default: "counts,parts,linear,time,completion" },
  },
});
const { compiler } = values;
const channels = Number(values.channels);
const runs = Number(values.runs);
const chosen = values.only.split(",");
if (!compilers.includes(compiler)) throw new Error(`Compilers: ${compilers.join(", ")}.`);
if (channels < 25 * CYCLE || channels % CYCLE)
  throw new Error(`--channels: a multiple of ${CYCLE}, at least 200.`);

/** Between these numbers of channels a marginal cost is taken, 96 channels apart. */
const NEAR = /** @type {const} */ ([13 * CYCLE, 25 * CYCLE]);
const FAR = /** @type {const} */ ([channels - 12 * CYCLE, channels]);

/** @typedef {import("./contestants/index.mjs").Contestant} Contestant */

/**
 * What one more channel costs: the average over those between two counts.
 *
 * @param {import("./rows.mjs").Workload} workload
 * @param {readonly [few: number, many: number]} span
 */
async function marginalOf(workload, [few, many]) {
  const less = await compileSource(await workload(few), compiler);
  const more = await compileSource(await workload(many), compiler);
  return (more.instantiations - less.instantiations) / (many - few);
}

/** @param {Contestant} contestant @param {readonly [number, number]} span */
async function cost({ source, schemas }, span) {
  const all = await marginalOf(source, span);
  const own = schemas ? await marginalOf(schemas, span) : 0;
  return { all, own, net: all - own };
}

const cell = (/** @type {unknown} */ value, width = 12) => String(value).padStart(width);
const ratio = (/** @type {number} */ value, /** @type {number} */ base) =>
  cell(`×${(value / base).toFixed(2)}`);
/** @param {string} title @param {string[]} columns */
const head = (title, ...columns) =>
  console.log(`\n${title}\n  ${"".padEnd(30)}${columns.map((column) => cell(column)).join("")}`);
/** @param {string} name @param {string[]} cells */
const line = (name, ...cells) => console.log(`  ${name.padEnd(30)}${cells.join("")}`);

async function counts() {
  head(
    `Instantiations for one more channel (${NEAR.join(" to ")}), ${compiler}`,
    ...["with schemas", "schemas", "net", "Inngest's", "by hand"],
  );
  const costs = new Map();
  for (const contestant of withSchemas) costs.set(contestant, await cost(contestant, NEAR));
  const [inngest, byHand] = [costs.get(INNGEST).net, costs.get(HAND_WRITTEN).net];
  for (const [{ name }, { all, own, net }] of costs) {
    line(name, ...[all, own, net].map((n) => cell(n.toFixed(0))), ratio(net, inngest), ratio(net, byHand));
  }
  for (const contestant of withoutSchemas) {
    const { net } = await cost(contestant, NEAR);
    line(
      contestant.name,
      cell("–"),
      cell("–"),
      cell(net.toFixed(0)),
      ratio(net, inngest),
      ratio(net, byHand),
    );
  }
}

async function parts() {
  head(`What each thing costs of Halyard, per channel, ${compiler}`, "net");
  const costs = await costsOf(await sourcesOf(rows), marginalsBy(compiler));
  for (const [name, found] of Object.entries(costs)) {
    if (typeof found !== "number") throw new Error(`${name}: ${found}`);
    line(name, cell(found.toFixed(0)));
  }
}

async function linear() {
  const spans = /** @type {const} */ ([[CYCLE, 2 * CYCLE], NEAR, FAR]);
  head(
    `Instantiations for one more channel, schemas included, ${compiler}`,
    ...spans.map((span) => span.join("–")),
  );
  for (const { name, source } of withSchemas) {
    const found = [];
    for (const span of spans) found.push(cell((await marginalOf(source, span)).toFixed(1)));
    line(name, ...found);
  }
}

async function time() {
  /** @type {Map<Contestant, import("./compile.mjs").Diagnostics[]>} */
  const found = new Map(withSchemas.map((contestant) => [contestant, []]));
  const sources = new Map();
  for (const contestant of withSchemas) sources.set(contestant, await contestant.source(channels));
  const folders = async (/** @type {Contestant[]} */ left, /** @type {Map<Contestant, string>} */ made) => {
    const [next, ...rest] = left;
    if (next) {
      await withProject(sources.get(next), (folder) => folders(rest, new Map([...made, [next, folder]])));
      return;
    }
    for (let i = 0; i < runs; i++) {
      for (const [contestant, folder] of made) found.get(contestant)?.push(compile(folder, compiler));
    }
  };
  await folders(withSchemas, new Map());
  head(
    `${channels} channels, the median of ${runs} runs, ${compiler}`,
    ...["check, s", "total, s", "MB", "check/Inn.", "MB/Inn.", "check/hand", "MB/hand"],
  );
  const medians = new Map(
    [...found].map(([contestant, list]) => [
      contestant,
      {
        check: median(list.map(({ checkSeconds }) => checkSeconds)),
        total: median(list.map(({ totalSeconds }) => totalSeconds)),
        megabytes: median(list.map(({ megabytes }) => megabytes)),
      },
    ]),
  );
  const [inngest, byHand] = [medians.get(INNGEST), medians.get(HAND_WRITTEN)];
  if (!inngest || !byHand) return;
  for (const [{ name }, { check, total, megabytes }] of medians) {
    line(
      name,
      ...[check.toFixed(2), total.toFixed(2), megabytes.toFixed(0)].map((text) => cell(text)),
      ...[ratio(check, inngest.check), ratio(megabytes, inngest.megabytes)],
      ...[ratio(check, byHand.check), ratio(megabytes, byHand.megabytes)],
    );
  }
}

async function completion() {
  const ways = { "6.0": completeInProcess, "7.0": completeByServer };
  head(
    `Completion on m.data. in the file of ${channels} channels, ms, the best of ${runs} runs`,
    ...["6.0 first", "6.0 edited", "7.0 first", "7.0 edited"],
  );
  /** @type {Map<Contestant, number[]>} */
  const best = new Map();
  // One more to warm up.
  for (let i = 0; i <= runs; i++) {
    for (const contestant of withSchemas) {
      const source = await contestant.source(channels);
      if (typeof source !== "string") throw new Error("A workload is one file.");
      const now = [];
      for (const complete of Object.values(ways)) {
        const { cold, warm } = await complete(source, channels);
        now.push(cold, warm);
      }
      const before = best.get(contestant) ?? [];
      if (i > 0)
        best.set(
          contestant,
          now.map((ms, at) => Math.min(ms, before[at] ?? ms)),
        );
    }
  }
  const byHand = best.get(HAND_WRITTEN) ?? [];
  for (const [{ name }, found] of best) line(name, ...found.map((ms) => cell(ms.toFixed(0))));
  line(
    "Halyard / by hand",
    ...(best.get(HALYARD) ?? []).map((ms, at) => ratio(ms, byHand[at] ?? Number.NaN)),
  );
}

const sections = { counts, parts, linear, time, completion };
for (const [name, show] of Object.entries(sections)) if (chosen.includes(name)) await show();
