/** `generate --watch`. */
import { isCodegenError } from "../errors.js";
import { type WatchRun, watch } from "../watch/watch.js";
import type { Options } from "./arguments.js";
import { projectOf } from "./commands.js";
import type { ExitCode, Io } from "./io.js";
import { countChannels, jsonOf, jsonOfProblems, say, sayError, sayWarnings, sayWritten } from "./report.js";

/** Generates until the user wants it to end. What goes wrong is told, and it goes on. */
export async function runWatch(options: Options, io: Io): Promise<ExitCode> {
  let failed = false;
  let hopeless: (() => void) | undefined;
  let started = 0;
  let first = true;
  const onRun = (run: WatchRun) => {
    io.progress?.stop();
    const milliseconds = Math.round(performance.now() - started);
    tell(run, first ? "" : ` (${milliseconds} ms)`);
    failed = run.error !== undefined;
    if (first && isHopeless(run.error)) hopeless?.();
    else if (first) say(options, io, "Watching for changes. Ctrl-C ends it.");
    first = false;
  };

  function tell({ generated, error }: WatchRun, after: string): void {
    if (generated && options.json) io.out(`${JSON.stringify(jsonOf(generated, io))}\n`);
    else if (generated) {
      sayWarnings(options, io, generated.warnings);
      if (generated.changed || first) sayWritten(options, io, generated, after);
      else if (failed) say(options, io, `All is well again: ${countChannels(generated)}, as before${after}.`);
    } else if (!isCodegenError(error)) io.error(`${error instanceof Error ? error.stack : String(error)}\n`);
    else if (options.json) io.out(`${JSON.stringify(jsonOfProblems(error.problems))}\n`);
    else sayError(io, error);
  }

  const onHopeless = new Promise<void>((resolve) => {
    hopeless = resolve;
  });
  const stopped = io.stopped();
  const watching = watch(
    { ...projectOf(options, io), out: options.out, poll: options.poll },
    {
      onRun,
      onStart: () => {
        started = performance.now();
      },
      onNotice: (message) => io.error(`${message}\n`),
    },
  );
  const code = await Promise.race([stopped.then(() => 0 as const), onHopeless.then(() => 1 as const)]);
  await watching.close();
  io.progress?.stop();
  return code;
}

/** Whether no change of a file can help: then waiting for one would hide it. */
const isHopeless = (error: unknown) =>
  isCodegenError(error) &&
  (error.code === "CODEGEN_MISSING_PEER" ||
    (error.code === "CODEGEN_OPTIONS" && error.problems.every(({ place }) => !place)));
