/** Random payloads: what is generated has the types of the source, and receives what the source publishes. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeWorkshop } from "../fixtures/workshop.js";
import { makeBundler } from "../round-trip/bundle.test-support.js";
import { checkPayloads, type Tools } from "./check-payloads.test-support.js";
import { printPayload } from "./print.test-support.js";
import { payloads } from "./shape.test-support.js";

const { HALYARD_CODEGEN_RUNS, HALYARD_CODEGEN_SEED } = process.env;
/** Payloads of each test; `npm run fuzz -- --help` says how to have more, and how to repeat one. */
const RUNS = Number(HALYARD_CODEGEN_RUNS ?? 50);
/** Run by itself, it has the same payloads each time; more runs have their own. */
const SEED = Number(HALYARD_CODEGEN_SEED ?? (HALYARD_CODEGEN_RUNS ? Math.floor(Math.random() * 2 ** 31) : 1));
/** So many in one project. */
const BATCH = 100;
/** What failed is made simpler for so long. */
const SHRINKING_MS = 240_000;

let tools: Tools;
beforeAll(() => {
  tools = { workshop: makeWorkshop(), bundler: makeBundler() };
}, 60_000);
afterAll(() => {
  tools.workshop.remove();
  tools.bundler.remove();
});

test.each([
  ["where optional isn't undefined", true, SEED],
  ["where it is", false, SEED + 1],
])("%s", { timeout: 600_000 + RUNS * 1000 }, async (_, exact, seed) => {
  const random = { seed, unbiased: true };
  const all = fc.sample(payloads, { ...random, numRuns: RUNS });
  expect(all).toHaveLength(RUNS);
  for (let start = 0; start < RUNS; start += BATCH) {
    const wrong = await checkPayloads(all.slice(start, start + BATCH), tools, exact);
    if (wrong) await simplify(start + wrong.index, wrong.what);
  }

  /** Fails with the simplest payload that it finds to be wrong as this one is. */
  async function simplify(index: number, what: string): Promise<void> {
    const alone = fc.asyncProperty(payloads, async (payload) => {
      const wrong = await checkPayloads([payload], tools, exact);
      if (wrong) throw new Error(wrong.what);
    });
    const { counterexample, errorInstance } = await fc.check(alone, {
      ...random,
      numRuns: index + 1,
      path: String(index),
      interruptAfterTimeLimit: SHRINKING_MS,
    });
    const [payload = all[index]] = counterexample ?? [];
    const shown = payload ? printPayload(payload) : "";
    throw new Error(`HALYARD_CODEGEN_SEED=${seed}, payload ${index}:\n${shown}\n${errorInstance ?? what}`);
  }
});
