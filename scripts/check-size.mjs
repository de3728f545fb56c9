// @ts-check
/** Bundles what a browser loads, from the built package, and holds it to its budget. Run `npm run build` first. */
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { isMain, report, root } from "./lib/repo.mjs";

/** What a user brings, which is no part of a bundle's size. */
const peers = ["react"];

/** @typedef {{ names: string, from: string, budget: number }} Entry `budget` in bytes, minified and gzipped. */

/** @type {Entry[]} */
const entries = [
  { names: "*", from: "halyard", budget: 2048 },
  { names: "{ realtime, staticSchema }", from: "halyard", budget: 1380 },
  { names: "{ subscribe }", from: "halyard/client", budget: 6480 },
  { names: "{ createChannelStore }", from: "halyard/client", budget: 8270 },
  { names: "{ publish }", from: "halyard/client", budget: 3700 },
  { names: "{ useRealtime }", from: "halyard/react", budget: 10590 },
  { names: "{ streamOf }", from: "halyard/stream", budget: 800 },
  { names: "{ foldStream }", from: "halyard/stream", budget: 800 },
  { names: "{ readStream }", from: "halyard/stream", budget: 1500 },
];

/**
 * @param {Entry} entry
 * @param {string} packageRoot
 * @returns {Promise<{ bytes?: number, problems: string[] }>}
 */
export async function measure({ names, from, budget }, packageRoot) {
  const statement = statementOf({ names, from });
  try {
    const { outputFiles, metafile } = await build({
      // An import that nobody uses would be dropped; an export keeps what it names, and no more.
      stdin: { contents: `export ${names} from "${from}";`, resolveDir: packageRoot },
      absWorkingDir: packageRoot,
      bundle: true,
      minify: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
      external: ["node:*", ...peers],
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    const bytes = gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length;
    const packages = Object.keys(metafile.inputs).filter((file) => file.includes("node_modules/"));
    const builtins = Object.values(metafile.outputs).flatMap(({ imports }) =>
      imports.map(({ path }) => path).filter((path) => !peers.includes(path)),
    );
    const problems = [...packages, ...builtins].map((name) => `${statement}: the bundle holds ${name}`);
    if (bytes > budget) problems.push(`${statement}: ${bytes} bytes are ${bytes - budget} over the budget`);
    return { bytes, problems };
  } catch (error) {
    const { errors } = /** @type {import("esbuild").BuildFailure} */ (error);
    const texts = errors?.map(({ text }) => text) ?? [error];
    return { problems: texts.map((text) => `${statement}: can't be bundled. Is the package built? ${text}`) };
  }
}

/** @param {Pick<Entry, "names" | "from">} entry */
const statementOf = ({ names, from }) =>
  `${names === "*" ? "export * from" : `import ${names} from`} "${from}"`;

if (isMain(import.meta.url)) {
  const problems = [];
  console.log(`${"bytes".padStart(6)} ${"budget".padStart(6)}  what (minified, gzipped)`);
  for (const entry of entries) {
    const result = await measure(entry, root);
    const bytes = String(result.bytes ?? "–").padStart(6);
    console.log(`${bytes} ${String(entry.budget).padStart(6)}  ${statementOf(entry)}`);
    problems.push(...result.problems);
  }
  report(problems, "Every entry is within its budget.");
}
