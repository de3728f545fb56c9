// @ts-check
/**
 * Pins what one more channel costs the compiler, by guarantee and by version: instantiations, which repeat to the digit
 * on every machine. `npm run bench -- types` sets them beside other ways to write the same. Run `npm run build` first.
 */
import { Worker } from "node:worker_threads";
import { compilers, compileSource } from "../benchmarks/types/compile.mjs";
import { halyard } from "../benchmarks/types/contestants/halyard.mjs";
import { FEW } from "../benchmarks/types/count.mjs";
import { rows, sourcesOf } from "../benchmarks/types/rows.mjs";
import { isMain, report } from "./lib/repo.mjs";

/** By row, for each of the compilers. What costs less by a tenth needs a lower budget, lest it creeps up again unseen. */
/** @type {Record<string, readonly number[]>} */
export const budgets = {
  //                              5.5   5.9   6.0   7.0
  declare: [1059, 418, 418, 420],
  call: [41, 39, 39, 39],
  publish: [434, 313, 313, 313],
  token: [42, 38, 38, 38],
  subscribe: [294, 191, 191, 191],
  "whole workload": [1868, 998, 998, 1000],
  "handler map": [685, 535, 535, 535],
  useRealtime: [647, 495, 495, 495],
  useTopic: [296, 198, 198, 198],
  "Realtime.Token and Message": [953, 782, 782, 782],
  registry: [331, 275, 275, 275],
  "params schema": [249, 186, 186, 186],
  "generated bindings": [1, 1, 1, 1],
  "generated bindings, used": [154, 141, 141, 141],
  "misuse: wrong payload": [454, 333, 333, 334],
  "misuse: unknown topic": [905, 769, 769, 116],
  "misuse: uncalled definition": [778, 655, 655, 652],
  "misuse: wrong token": [1218, 1003, 1003, 1090],
};

/** What a row costs more with 1,000 channels than with few: nothing, but for what depends on their order. */
const TOLERANCE = 0.01;

/** @typedef {Readonly<Record<string, number | string>>} Costs A number, or what the compiler says. */

/**
 * @param {ReadonlyMap<string, Costs>} found By compiler.
 * @param {Readonly<Record<string, readonly number[]>>} pinned
 * @returns {string[]}
 */
export function compare(found, pinned) {
  const problems = [];
  for (const [at, [compiler, costs]] of [...found].entries()) {
    for (const name of new Set([...Object.keys(costs), ...Object.keys(pinned)])) {
      const cost = costs[name];
      const budget = pinned[name]?.[at];
      const what = `${name} (${compiler})`;
      if (typeof cost === "string") problems.push(`${what}: doesn't compile: ${cost}`);
      else if (cost === undefined) problems.push(`${what}: has a budget, but isn't measured`);
      else if (budget === undefined) problems.push(`${what}: has no budget; it costs ${Math.ceil(cost)}`);
      else if (cost > budget)
        problems.push(`${what}: ${cost} instantiations are over the budget of ${budget}`);
      else if (cost < budget * 0.9 - 1) {
        problems.push(`${what}: ${cost} instantiations: lower the budget of ${budget} to ${Math.ceil(cost)}`);
      }
    }
  }
  return problems;
}

/** What the many cost in a large project, beside what they cost in a small one. @param {number} small @param {number} large */
export const isLinear = (small, large) => Math.abs(large / small - 1) <= TOLERANCE;

/**
 * @param {string} compiler
 * @param {import("../benchmarks/types/rows.mjs").Measured[]} measured
 * @returns {Promise<Costs>}
 */
const costsBy = (compiler, measured) =>
  new Promise((resolve, reject) => {
    const url = new URL("./lib/type-cost-worker.mjs", import.meta.url);
    const worker = new Worker(url, { workerData: { compiler, measured } });
    worker.once("message", resolve);
    worker.once("error", reject);
  });

/** Halyard's workload, up to a thousand channels. @returns {Promise<string[]>} */
async function checkLinear() {
  const counts = [];
  for (const channels of [FEW, 2 * FEW, 1_000])
    counts.push((await compileSource(halyard(channels))).instantiations);
  const [few = 0, more = 0, most = 0] = counts;
  const small = (more - few) / FEW;
  const large = (most - more) / (1_000 - 2 * FEW);
  console.log(
    `One more of few channels costs ${small.toFixed(0)}, of 1,000 ${large.toFixed(0)}, schemas included.`,
  );
  return isLinear(small, large) ? [] : [`A channel costs ${small} among few, ${large} among 1,000`];
}

if (isMain(import.meta.url)) {
  const measured = await sourcesOf(rows);
  const found = new Map(
    await Promise.all(
      compilers.map(async (compiler) => /** @type {const} */ ([compiler, await costsBy(compiler, measured)])),
    ),
  );
  console.log(
    `${"".padEnd(30)}${compilers.map((name) => name.replace("typescript", "TS").padStart(8)).join("")}`,
  );
  for (const { name } of rows) {
    const cells = compilers.map((compiler) => {
      const cost = found.get(compiler)?.[name];
      return String(typeof cost === "number" ? Math.ceil(cost) : "–").padStart(8);
    });
    console.log(`${name.padEnd(30)}${cells.join("")}`);
  }
  report([...compare(found, budgets), ...(await checkLinear())], "Every row is within its budget.");
}
