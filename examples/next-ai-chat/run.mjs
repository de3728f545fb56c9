// @ts-check
/**
 * Runs the example as it is deployed, `next build` and `next start`: `node run.mjs`; with `--dev` by `next dev`. `--port 4000`,
 * or 0 for any free one.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { dev: { type: "boolean", default: false }, port: { type: "string", default: "3000" } },
});
const cwd = fileURLToPath(new URL(".", import.meta.url));
const program = createRequire(import.meta.url).resolve("next/dist/bin/next");
// Which kind of run it is, each command knows.
const { NODE_ENV: _, ...inherited } = process.env;
const env = {
  // The secret is of this run alone. Servers that are restarted, or that are several, share one.
  HALYARD_SECRET: randomBytes(32).toString("hex"),
  NEXT_TELEMETRY_DISABLED: "1",
  ...inherited,
};

/** How long the server may take to end, in milliseconds. */
const GRACE = 5_000;

/** @type {import("node:child_process").ChildProcess | undefined} */
let child;
/** @type {NodeJS.Signals | undefined} */
let told;
for (const signal of /** @type {const} */ (["SIGTERM", "SIGINT"])) {
  process.on(signal, () => {
    told = signal;
    child?.kill(signal);
    // Browsers open connections that they don't use, and Node waits for these, too.
    setTimeout(() => child?.kill("SIGKILL"), GRACE).unref();
  });
}

/** @param {string[]} args @returns {Promise<number>} The exit code. */
async function next(...args) {
  const running = spawn(process.execPath, [program, ...args], { cwd, env, stdio: "inherit" });
  child = running;
  return new Promise((resolve) => {
    running.once("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? "SIGKILL"]));
  });
}

const where = ["--hostname", "127.0.0.1", "--port", values.port];
let code = values.dev ? 0 : await next("build");
if (code === 0 && !told) code = await next(values.dev ? "dev" : "start", ...where);
// Told to end, it did.
process.exitCode = told ? 0 : code;
