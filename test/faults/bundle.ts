/** Makes plain JavaScript of what runs in processes of its own. The package itself and its clients stay outside: they are loaded as built. */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { root } from "../support/process.js";

let worker: Promise<string> | undefined;

/** The script of `worker/main.ts`. */
export function bundleWorker(): Promise<string> {
  worker ??= bundle();
  return worker;
}

async function bundle(): Promise<string> {
  // Below the repository's root, where the package is found by its own name.
  const folder = path.join(root, "test", "dist");
  const { outputFiles } = await build({
    entryPoints: [path.join(root, "test", "faults", "worker", "main.ts")],
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    sourcemap: "inline",
    outdir: folder,
    write: false,
    logLevel: "silent",
  });
  const [output] = outputFiles;
  if (!output) throw new Error("The bundler gave nothing.");
  // At once, since another run may be loading it.
  const file = path.join(folder, "worker.mjs");
  const draft = path.join(folder, `worker-${process.pid}.mjs`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(draft, output.contents);
  renameSync(draft, file);
  return file;
}
