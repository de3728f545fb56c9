/** Loads sources and the bindings made of them into one module with a server and a client: all see one copy of halyard. */
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { build } from "esbuild";
import type { testPair } from "../../src/testing/pair.js";
import type { Model } from "../model.js";

const root = path.join(import.meta.dirname, "../..");

/** Payloads by topic, by channel: of the input's type. */
export type Samples = Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>>;

export type Exports = Readonly<Record<string, unknown>>;

export interface Loaded {
  readonly testPair: typeof testPair;
  /** Modules that declare channels, by their paths in the project. */
  readonly sources: Readonly<Record<string, Exports>>;
  readonly generated: Exports;
  readonly samples: Samples;
}

/** A folder for bundles, beside this package's dependencies. */
export function makeBundler() {
  const folder = mkdtempSync(path.join(os.tmpdir(), "halyard-bundles-"));
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "dir");
  let count = 0;

  /** Loads a project whose bindings are in `output`; with its `samples.ts`, if it has one. */
  async function load(project: string, model: Model, output: string): Promise<Loaded> {
    const files = [...new Set(model.channels.map(({ file }) => file))];
    const text = JSON.stringify;
    const samples = path.join(project, "samples.ts");
    const entry = [
      `export { testPair } from ${text(path.join(root, "src/testing/pair.ts"))};`,
      `export * as generated from ${text(output)};`,
      existsSync(samples) ? `export { samples } from ${text(samples)};` : "export const samples = {};",
      ...files.map((file, i) => `import * as source${i} from ${text(path.join(project, file))};`),
      `export const sources = { ${files.map((file, i) => `${text(file)}: source${i}`).join(", ")} };`,
    ];
    const outfile = path.join(folder, `${++count}.mjs`);
    await build({
      stdin: { contents: entry.join("\n"), resolveDir: root, loader: "ts" },
      bundle: true,
      platform: "node",
      format: "esm",
      target: "es2022",
      outfile,
      logLevel: "silent",
      alias: {
        halyard: path.join(root, "src/index.ts"),
        "halyard/client": path.join(root, "src/client/index.ts"),
        "halyard/server": path.join(root, "src/server/index.ts"),
        "halyard/stream": path.join(root, "src/stream/index.ts"),
      },
      plugins: [{ name: "packages", setup: keepPackagesOutside }],
    });
    return import(/* @vite-ignore */ outfile);
  }

  return { load, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** All but the project's own files and halyard's: a validator is loaded from where it is installed. */
const keepPackagesOutside: Parameters<typeof build>[0]["plugins"] extends
  | readonly { setup: infer S }[]
  | undefined
  ? S
  : never = ({ onResolve, resolve }) => {
  const seen = Symbol("seen");
  onResolve({ filter: /^[^./]/ }, async ({ path: specifier, pluginData, ...options }) => {
    if (pluginData === seen || specifier.startsWith("node:")) return undefined;
    const found = await resolve(specifier, { ...options, pluginData: seen });
    // A workspace's package is linked there, and lies elsewhere.
    return found.path.includes(`${path.sep}node_modules${path.sep}`)
      ? { path: specifier, external: true }
      : found;
  });
};
