// @ts-check
/** Feeds bad input to whatever reads input from outside; and says how to run the model tests for longer. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { root } from "./lib/repo.mjs";

const help = `npm run fuzz -- [--runs 1000000] [--seed 1] [--target session]

  --runs    inputs in all, over all targets. Default 1,000,000.
  --seed    the same seed gives the same inputs. Default: one at random, which is printed.
  --target  client-frame, session, server-frame, sse, token or name. Default: all.

The generators and what must hold are in src/testing/fuzz/; a few thousand inputs of each run with the unit tests.

The model tests (src/testing/model/) are run by Vitest. For more than the few runs of "npm test", which are the same ones each time:
  HALYARD_MODEL_RUNS=5000 npx vitest run --project unit src/testing/model
and again what failed, with the seed and the path that it printed:
  HALYARD_MODEL_SEED=… HALYARD_MODEL_PATH=… npx vitest run --project unit src/testing/model

Random payloads through code generation (codegen/property/), likewise; what fails is printed with its seed, as simple as it gets:
  HALYARD_CODEGEN_RUNS=2000 npx vitest run --project unit codegen/property
  HALYARD_CODEGEN_RUNS=… HALYARD_CODEGEN_SEED=… npx vitest run --project unit codegen/property`;

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "1000000" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    target: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log(help);
} else {
  process.chdir(root);
  // Straight from the sources: what is fuzzed is no public API, and the tests share the generators.
  const folder = path.join(root, "node_modules", ".cache", "halyard-fuzz");
  mkdirSync(folder, { recursive: true });
  const outfile = path.join(folder, "fuzz.mjs");
  await build({
    entryPoints: ["src/testing/fuzz/fuzz.test-support.ts"],
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    format: "esm",
    // Found from the cache's own place, below node_modules.
    packages: "external",
    outfile,
    logLevel: "silent",
  });
  const { fuzz } = await import(pathToFileURL(outfile).href);
  console.log(`seed ${values.seed}, ${values.runs} inputs`);
  try {
    const tallies = await fuzz({ runs: Number(values.runs), seed: Number(values.seed), only: values.target });
    for (const { name, inputs, milliseconds } of tallies) {
      console.log(
        `${name.padEnd(14)} ${String(inputs).padStart(9)} inputs ${(milliseconds / 1000).toFixed(1).padStart(7)} s`,
      );
    }
    console.log("Nothing broke.");
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
