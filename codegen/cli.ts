#!/usr/bin/env node
/** The command `halyard`. All that it does is in `cli/`. */
import { wantsColour } from "./cli/colour.js";
import { main } from "./cli/main.js";

const { stdin, stdout, stderr, env } = process;
// In CI, and where nobody looks on, results are said and nothing else is.
const isWatched = stderr.isTTY && !env.CI && env.TERM !== "dumb";

process.exitCode = await main(process.argv.slice(2), {
  cwd: process.cwd(),
  out: (text) => stdout.write(text),
  error: (text) => stderr.write(text),
  colours: { out: wantsColour(stdout, env), error: wantsColour(stderr, env) },
  progress: isWatched ? (await import("./cli/progress.js")).createProgress(stderr.fd) : undefined,
  ask:
    stdin.isTTY && stdout.isTTY
      ? async (question) => (await import("./cli/ask.js")).ask(question, stdin, stdout)
      : undefined,
  stopped: () =>
    new Promise((resolve) => {
      // Once each: who asks twice is not kept waiting.
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    }),
});
