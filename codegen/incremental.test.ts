/** What is read after any edit is what a reader finds that never saw the project before. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isCodegenError } from "./errors.js";
import { edit, type Files, firstFiles } from "./fixtures/random-project.js";
import { openSession } from "./read/index.js";
import { openReader, type Reader } from "./reader.js";

// The same few runs each time; more of them, and others, by these.
const RUNS = Number(process.env.HALYARD_CODEGEN_RUNS ?? 3);
const SEED = Number(process.env.HALYARD_CODEGEN_SEED ?? 1);
const EDITS = 12;

async function outcome(
  reader: Reader,
): Promise<{ readonly model: unknown } | { readonly problems: unknown }> {
  try {
    const { model, placeOf } = await reader.read();
    const places = [...model.channels, ...model.registries].map(({ id }) => placeOf(id));
    return { model: JSON.parse(JSON.stringify([model, places])) };
  } catch (error) {
    if (!isCodegenError(error)) throw error;
    return { problems: error.problems };
  }
}

/** Records are written after a result is out. */
const recorded = () => new Promise((resolve) => setImmediate(resolve));

test("incremental, from a record, and with all files loaded", { timeout: RUNS * 60_000 }, async () => {
  const seen = { models: 0, problems: 0 };
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat()), async (numbers) => {
      const draw = (below: number) => numbers.next().value % below;
      const cwd = realpathSync(mkdtempSync(path.join(os.tmpdir(), "halyard-random-")));
      try {
        const options = { cwd, outputNames: ["halyard.gen.ts"] };
        const warm = openReader(options);
        let files: Files = {};
        let change = firstFiles(draw);
        const history: Files[] = [];
        for (let step = 0; step <= EDITS; step++) {
          history.push(change);
          for (const [name, text] of Object.entries(change)) {
            const file = path.join(cwd, name);
            mkdirSync(path.dirname(file), { recursive: true });
            if (text === undefined) rmSync(file, { force: true });
            else writeFileSync(file, text);
          }
          files = { ...files, ...change };
          const fresh = await outcome(openReader({ ...options, cache: false }));
          const why = JSON.stringify(history, null, 1);
          // Sometimes another process reads what this one has never seen.
          if (draw(3) > 0) expect(await outcome(warm), why).toEqual(fresh);
          await recorded();
          expect(await outcome(openReader(options)), why).toEqual(fresh);
          await recorded();
          expect(await outcome(warm), why).toEqual(fresh);
          const all = await outcome(
            openReader(
              { ...options, cache: false },
              async () => (given, disk) => openSession(given, disk, true),
            ),
          );
          if ("model" in all) expect(fresh, why).toEqual(all);
          seen["model" in fresh ? "models" : "problems"]++;
          change = edit(files, draw);
        }
      } finally {
        rmSync(cwd, { recursive: true, force: true });
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
  // A test of failures alone, or of none, would say little.
  expect(seen.models).toBeGreaterThan(0);
  expect(seen.problems).toBeGreaterThan(0);
});
