/** Starts an example by its run.mjs, and ends it as a user does: by Ctrl-C. */
import path from "node:path";
import { endAll, type Running, root, start } from "../../support/process.js";

/** How long an example may take to end by itself, in milliseconds. */
const PATIENCE = 15_000;

export interface RunningExample extends Running {
  /** Where its page is: `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Ends it by this signal, by default `"SIGTERM"`. Gives its exit code, or the signal that ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

const running = new Set<RunningExample>();

/** Runs `examples/<name>/run.mjs` on a free port, and resolves when it has printed its address. */
export async function startExample(
  name: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<RunningExample> {
  const program = path.join(root, "examples", name, "run.mjs");
  const started = start(process.execPath, [program, "--port", "0", ...args], env);
  // Printed on a line: what stands behind it in the same line may be part of a longer address.
  const [url] = await started.printed(/http:\/\/127\.0\.0\.1:\d+(?=\s)/);
  const example: RunningExample = Object.assign(started, {
    url,
    stop(signal: NodeJS.Signals = "SIGTERM") {
      started.child.kill(signal);
      return started.exited;
    },
  });
  running.add(example);
  example.exited.finally(() => running.delete(example)).catch(() => {});
  return example;
}

/** Ends the examples that still run: kindly, so that each ends what it started; then by force. */
export async function endExamples(): Promise<void> {
  const timer = setTimeout(() => void endAll(), PATIENCE);
  await Promise.all([...running].map((example) => example.stop()));
  clearTimeout(timer);
  await endAll();
}
