// @ts-check
/** Runs the example: `node run.mjs` to work on it, `node run.mjs --build` as it is deployed. */
import { fileURLToPath } from "node:url";
import { build, createServer, preview, runnerImport } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));
const isBuilt = process.argv.includes("--build");
// Loading the server, Vite would choose "development" for all that follows, and build with React's slow half.
if (isBuilt) process.env.NODE_ENV = "production";

/** @type {{ module: typeof import("./server/server.js") }} */
const { module } = await runnerImport(`${root}server/server.ts`, { root, configFile: false });
const harbour = await module.startServer();
const proxy = { "/api": { target: harbour.url, ws: true } };

if (isBuilt) {
  await build({ root });
  (await preview({ root, preview: { proxy } })).printUrls();
} else {
  const server = await createServer({ root, server: { proxy } });
  (await server.listen()).printUrls();
}
