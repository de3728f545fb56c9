// @ts-check
/** `node test/faults/run.mjs`: bundles the harness, and runs it. `--help` says how. */
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const folder = path.dirname(fileURLToPath(import.meta.url));
// As deep as `test/support/`, which finds the root from where it is.
const outfile = path.join(folder, "..", "dist", "faults.mjs");
await build({
  entryPoints: [path.join(folder, "main.ts")],
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  // Found from here: the package itself by its own name, as it was built.
  packages: "external",
  sourcemap: "inline",
  outfile,
  logLevel: "silent",
});
process.setSourceMapsEnabled(true);
const { main } = await import(pathToFileURL(outfile).href);
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
// Nothing is left to do. Node 20 can spin for ever in what it tears down after this, so it doesn't get there.
process.once("beforeExit", () => process.exit());
// Whatever the harness holds it has let go of by now. Should it not have, that is a failure, and no silence.
setTimeout(() => {
  process.stderr.write(`It doesn't end: ${process.getActiveResourcesInfo().join(", ")}\n`);
  process.exit(1);
}, 30_000).unref();
