// @ts-check
/** Bundles a worker as Wrangler does. */
import { isBuiltin } from "node:module";
import path from "node:path";
import { build } from "esbuild";

/** @param {string} project A folder with worker.mjs and what it imports. */
export const bundleWorker = (project) =>
  build({
    absWorkingDir: project,
    entryPoints: ["worker.mjs"],
    outfile: path.join(project, "worker.bundle.js"),
    bundle: true,
    format: "esm",
    platform: "browser",
    conditions: ["workerd"],
    plugins: [builtins],
    logLevel: "silent",
  });

const named = (/** @type {string} */ module) => (module.startsWith("node:") ? module : `node:${module}`);

/** Node's modules are the runtime's. What a package requires is their default export: there is no `require`. */
const builtins = {
  name: "builtins",
  setup(/** @type {import("esbuild").PluginBuild} */ { onLoad, onResolve }) {
    onResolve({ filter: /./ }, ({ path, kind }) => {
      if (!isBuiltin(path)) return undefined;
      return kind === "require-call" ? { path, namespace: "builtin" } : { path: named(path), external: true };
    });
    onLoad({ filter: /./, namespace: "builtin" }, ({ path }) => ({
      contents: `import all from "${named(path)}"; module.exports = all;`,
    }));
  },
};
