// @ts-check
/** Runs the example: builds the page, and starts the server with it. */
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build, runnerImport } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));
const { values: options } = parseArgs({
  options: {
    port: { type: "string", default: process.env.PORT ?? "3000" },
    /** Seconds that the agent waits for an answer. */
    patience: { type: "string", default: "60" },
    /** Milliseconds that a piece of its work takes. */
    pace: { type: "string", default: "1500" },
    /** For how long a page that is opened sees what was told: longer than people may take to answer. */
    kept: { type: "string", default: "1d" },
  },
});

// Kept in memory: the server gives out what was built, and nothing else.
const built = await build({ root, logLevel: "warn", build: { write: false } });
const files = new Map();
for (const bundle of [built].flat()) {
  if (!("output" in bundle)) continue;
  for (const file of bundle.output) files.set(`/${file.fileName}`, "code" in file ? file.code : file.source);
}

/** @type {{ module: typeof import("./server/server.js") }} */
const { module } = await runnerImport(`${root}server/server.ts`, { root, configFile: false });
const server = await module.startServer({
  port: Number(options.port),
  patience: Number(options.patience) * 1000,
  pace: Number(options.pace),
  kept: /** @type {import("halyard/server").Duration} */ (options.kept),
  // Of this run alone. Servers that are restarted, or that are several, share one.
  secret: process.env.HALYARD_SECRET ?? randomBytes(32).toString("hex"),
  files,
});
console.log(server.url);

for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, server.close);
