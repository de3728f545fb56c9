/** The demo, as its tests use it. */
import path from "node:path";
import { type Running, root, start } from "./process.js";

const main = path.join(root, "examples", "scan", "dist", "main.js");

export interface RunningDemo extends Running {
  readonly url: string;
}

/** Compiles the demo with the bindings that are committed; the package itself was built before. */
export async function compileDemo(): Promise<void> {
  const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");
  const compiler = start(process.execPath, [tsc, "-p", "examples/scan"]);
  if ((await compiler.exited) !== 0) throw new Error(`The demo doesn't compile:\n${compiler.stdout}`);
}

/** Runs the compiled demo with these options. */
export const runDemo = (...args: string[]): Running => start(process.execPath, [main, ...args]);

/** Starts the compiled demo, and resolves when it serves. */
export async function serveDemo(folder: string, port = "0"): Promise<RunningDemo> {
  const running = runDemo("--folder", folder, "--port", port);
  const [url] = await running.printed(/http:\/\/127\.0\.0\.1:\d+/);
  return Object.assign(running, { url });
}
