// @ts-check
/** Runs the example: `node run.mjs [--port N]`. Builds the page, then starts the server. */
import { randomBytes } from "node:crypto";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import react from "@vitejs/plugin-react";
import { build, runnerImport } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));
const { values } = parseArgs({ options: { port: { type: "string", default: "3000" } } });

const outDir = path.join(root, "dist");
await build({
  root: path.join(root, "page"),
  configFile: false,
  logLevel: "warn",
  plugins: [react()],
  build: { outDir, emptyOutDir: true },
});

/** @type {{ module: typeof import("./server/server.js") }} */
const { module } = await runnerImport(path.join(root, "server/server.ts"), { root, configFile: false });
const yards = await module.startYards({
  port: Number(values.port),
  // Of this run alone; in production it comes from where you keep secrets.
  secret: process.env.HALYARD_SECRET ?? randomBytes(32).toString("base64"),
  page: path.relative(process.cwd(), outDir),
});
console.log(yards.url);

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => yards.close());
