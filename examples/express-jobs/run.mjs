// @ts-check
/** Runs the example: server and workers, in one process, or with `REDIS_URL` in two of them. */
import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build, runnerImport } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));
const { values: options } = parseArgs({
  options: {
    port: { type: "string", default: process.env.PORT ?? "3000" },
    /** This half alone: the other runs elsewhere. */
    web: { type: "boolean" },
    worker: { type: "boolean" },
  },
});
// As it is deployed: Vite would choose "development", and give the page React's slow half.
process.env.NODE_ENV = "production";
// Of this run alone, unless they are given: servers that are several, or are started again, share them.
process.env.HALYARD_SECRET ??= randomBytes(32).toString("hex");
process.env.SESSION_SECRET ??= randomBytes(32).toString("hex");

/** @param {string} file */
const load = async (file) =>
  (await runnerImport(`${root}server/${file}`, { root, configFile: false })).module;
const { openBackend } = /** @type {typeof import("./server/backend.js")} */ (await load("backend.ts"));
const backend = openBackend(process.env);
if (!backend.isShared && (options.web || options.worker)) {
  throw new Error("Two processes need a REDIS_URL: what is in memory, only one of them sees.");
}

/** How long it may take to end, in milliseconds. */
const GRACE = 5_000;
/** What ends it, in this order. @type {(() => unknown)[]} */
const endings = [];
let isEnding = false;
for (const signal of ["SIGTERM", "SIGINT", "disconnect"]) {
  process.once(signal, async () => {
    if (isEnding) return;
    isEnding = true;
    // Redis may be away: what was left undone there, the next worker finds.
    setTimeout(() => process.exit(1), GRACE).unref();
    for (const end of endings) await end();
    // A worker's line to its parent.
    if (process.connected) process.disconnect();
  });
}

if (options.worker || !backend.isShared) {
  const { startWorkers } = /** @type {typeof import("./server/worker.js")} */ (await load("worker.ts"));
  const lose = () => {
    // As the kernel ends a process that took too much memory.
    if (backend.isShared) process.kill(process.pid, "SIGKILL");
    throw new Error("The worker is lost.");
  };
  endings.push(await startWorkers({ backend, lose, pace: Number(process.env.PACE ?? 120) }));
}

if (options.worker) {
  endings.push(backend.close);
} else {
  const { startServer } = /** @type {typeof import("./server/server.js")} */ (await load("server.ts"));
  await build({ root, logLevel: "warn" });
  const secret = process.env.SESSION_SECRET;
  const server = await startServer({ backend, port: Number(options.port), secret, page: `${root}dist` });
  console.log(server.url);
  if (backend.isShared && !options.web) endings.push(keepWorkers());
  endings.push(server.close);
}

/** Starts the workers' process, and another whenever it is lost. Gives what ends it. */
function keepWorkers() {
  /** @type {import("node:child_process").ChildProcess} */
  let worker;
  /** @type {Promise<void>} */
  let gone;
  const start = () => {
    worker = fork(fileURLToPath(import.meta.url), ["--worker"]);
    gone = new Promise((resolve) => worker.once("exit", () => resolve()));
    gone.then(() => isEnding || setTimeout(start, 500).unref());
  };
  start();
  return () => {
    worker.kill();
    return gone;
  };
}
