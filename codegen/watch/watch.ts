/** Generates, and generates again whenever what it was made of changes: for `--watch`, plugins and scripts. */
import path from "node:path";
import { type Opened, type OpenOptions, openProjects } from "../project.js";
import type { ReadInputs } from "../reader.js";
import { type Generated, planAll } from "../run.js";
import { writeFiles } from "../write.js";
import { configInputsOf } from "./config-inputs.js";
import { watchFolders } from "./folders.js";
import { targetsOf } from "./targets.js";

export interface WatchOptions extends OpenOptions {
  /** Look for changes three times a second, where the file system doesn't tell of them. Default: false. */
  readonly poll?: boolean | undefined;
}

/** What a run came to. */
export type WatchRun = {
  /** What set it off, absolute; empty for the first. */
  readonly triggers: readonly string[];
} & (
  | { readonly generated: Generated; readonly error?: undefined }
  /** What went wrong, a `CodegenError` unless it is a fault of halyard or of an emitter. All outputs are as they were. */
  | { readonly generated?: undefined; readonly error: unknown }
);

export interface WatchHandlers {
  /** A run is over. */
  readonly onRun: (run: WatchRun) => void;
  /** A run begins; `triggers` set it off. */
  readonly onStart?: ((triggers: readonly string[]) => void) | undefined;
  /** Something about watching itself that the user should know: that the system watches no more folders. */
  readonly onNotice?: ((message: string) => void) | undefined;
}

export interface Watching {
  /** Resolves when the first run is over, however it went, and what it hangs on is watched. */
  readonly ready: Promise<void>;
  /** Stops watching. Resolves when a run that was under way has ended; it writes all or nothing. */
  close(): Promise<void>;
}

/** So long nothing may happen, before what happened is taken for all. In milliseconds. */
const QUIET = 20;
/** So long it waits at most, while things go on happening. In milliseconds. */
const LONGEST = 500;

/**
 * Generates at once, and after each change of a source, a tsconfig or the config. What goes wrong is told to `onRun`, and
 * watching goes on. Its own outputs never set it off.
 *
 * @example
 * ```ts
 * const watching = watch({}, { onRun: ({ error }) => error && console.error(error) });
 * process.once("SIGINT", () => watching.close());
 * ```
 */
export function watch(options: WatchOptions, { onRun, onStart, onNotice }: WatchHandlers): Watching {
  const cwd = path.resolve(options.cwd ?? "");
  const outputs = new Set<string>();
  // Where there is none yet, one may come.
  const project = path.resolve(cwd, options.project ?? "");
  const tsconfig = { files: [], missing: [project, path.join(project, "tsconfig.json")], directories: [] };
  const triggers = new Set<string>();
  let opened: Opened | undefined;
  let config = configInputsOf(options);
  let targets = targetsOf(config, [], cwd);
  let closed = false;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let firstTrigger = 0;

  const folders = watchFolders(
    {
      onEvent: notice,
      onNotice: (message) => onNotice?.(message),
    },
    options.poll ?? false,
  );

  function notice(file: string, renamed: boolean): void {
    if (targets.matters(file, renamed)) trigger(file);
    else if (!closed && renamed && targets.takesIn(file)) {
      folders.set(targets.directories);
      // What came into it before it was watched is there by now.
      if (targets.holdsOthers(file)) trigger(file);
    }
  }

  function trigger(file: string): void {
    if (closed) return;
    if (triggers.size === 0) firstTrigger = Date.now();
    triggers.add(file);
    // While it runs, things are collected for the next run.
    if (running) return;
    clearTimeout(timer);
    timer = setTimeout(start, Math.min(QUIET, Math.max(0, firstTrigger + LONGEST - Date.now())));
  }

  function start(): void {
    const set = [...triggers];
    triggers.clear();
    running = run(set).finally(() => {
      running = undefined;
      const [next] = triggers;
      if (next !== undefined) trigger(next);
    });
  }

  async function run(set: readonly string[]): Promise<void> {
    // Within this millisecond, files may have been written just before.
    const started = Date.now() + 1;
    onStart?.(set);
    // A folder's coming and going may bring or take the config.
    if (set.some((file) => concerns(config, file))) opened = undefined;
    let result: WatchRun;
    let armed = false;
    try {
      config = configInputsOf(options);
      opened ??= await openProjects(options);
      const generated = await planAll(opened.sessions);
      for (const { file } of generated.files) outputs.add(file);
      if (closed) return;
      // Before anything is written, so that what we write isn't taken for a change of theirs.
      arm(started);
      armed = true;
      options.onPhase?.("write");
      writeFiles(generated.files);
      result = { triggers: set, generated };
    } catch (error) {
      if (closed) return;
      if (!armed) arm(started);
      result = { triggers: set, error };
    }
    onRun(result);
    // What was written comes first; then there is time until the first change.
    if (set.length === 0) setImmediate(() => closed || warm());
  }

  function warm(): void {
    for (const session of opened?.sessions ?? []) void session.warm();
  }

  /** Watches what the latest run hung on, and sees to what changed before it was watched. */
  function arm(started: number): void {
    const all = [config, tsconfig, ...(opened?.sessions.map((session) => session.inputs()) ?? [])];
    for (const session of opened?.sessions ?? []) for (const file of session.outputs()) outputs.add(file);
    targets = targetsOf(join(all), outputs, cwd);
    const added = folders.set(targets.directories);
    for (const file of targets.changedSince(started, added)) trigger(file);
  }

  start();
  const ready = running ?? Promise.resolve();
  return {
    ready,
    async close() {
      closed = true;
      clearTimeout(timer);
      folders.close();
      await running;
    },
  };
}

const concerns = ({ files, missing }: ReadInputs, file: string) =>
  [...files, ...missing].some((input) => input === file || input.startsWith(file + path.sep));

const join = (all: readonly ReadInputs[]): ReadInputs => ({
  files: all.flatMap(({ files }) => files),
  missing: all.flatMap(({ missing }) => missing),
  directories: all.flatMap(({ directories }) => directories),
});
