/** One generator for each project in a process, however many plugins and servers ask for it. */
import path from "node:path";
import type { Generated } from "../run.js";
import { type Watching, type WatchOptions, watch } from "../watch/watch.js";
import { type Once, type OnceOptions, runOnce } from "./once.js";
import { isSame } from "./stamp.js";

/** What came of a run. */
export type Outcome =
  | { readonly generated: Generated; readonly error?: undefined }
  | { readonly generated?: undefined; readonly error: unknown };

/** Is told of runs. `speaks` is set for one of all who are told: what a process says, it says once. */
export interface Follower {
  onRun(outcome: Outcome, speaks: boolean): void;
  onNotice(message: string): void;
}

export interface Following {
  /** Resolves when the first run is over, however it went. */
  readonly ready: Promise<void>;
  /** Follows no longer. The last one to do so ends the watching; resolves when that is done. */
  close(): Promise<void>;
}

interface Shared {
  readonly watching: Watching;
  readonly followers: Set<Follower>;
  last(): Outcome | undefined;
}

const running = new Map<string, Promise<Once>>();
const done = new Map<string, Once>();
const watched = new Map<string, Shared>();

/** Generates once. Who asks while it runs, or when nothing changed since, is given that run, and doesn't speak of it. */
export async function generateOnce(options: OnceOptions): Promise<Once & { readonly speaks: boolean }> {
  const key = keyOf(options, options.check);
  const last = done.get(key);
  const begun = running.get(key) ?? (last?.generated && last.stamp && isSame(last.stamp) ? last : undefined);
  if (begun) return { ...(await begun), speaks: false };
  const run = runOnce(options).finally(() => running.delete(key));
  running.set(key, run);
  const result = await run;
  done.set(key, result);
  return { ...result, speaks: true };
}

/** Generates at once and after each change. Who comes later is told of the last run. */
export function follow(options: WatchOptions & { readonly cwd: string }, follower: Follower): Following {
  const key = keyOf(options, options.poll);
  const shared = watched.get(key) ?? begin(key, options);
  shared.followers.add(follower);
  const last = shared.last();
  if (last) follower.onRun(last, false);
  return {
    ready: shared.watching.ready,
    async close() {
      shared.followers.delete(follower);
      if (shared.followers.size > 0) return;
      if (watched.get(key) === shared) watched.delete(key);
      await shared.watching.close();
    },
  };
}

function begin(key: string, options: WatchOptions): Shared {
  const followers = new Set<Follower>();
  let last: Outcome | undefined;
  const watching = watch(options, {
    onRun(run) {
      last = run;
      let speaks = true;
      for (const follower of followers) {
        follower.onRun(run, speaks);
        speaks = false;
      }
    },
    onNotice(message) {
      const [first] = followers;
      first?.onNotice(message);
    },
  });
  const shared: Shared = { watching, followers, last: () => last };
  watched.set(key, shared);
  return shared;
}

const ids = new WeakMap<object, number>();
let count = 0;

/** What makes two generators the same: all that they were given. */
function keyOf({ cwd, project, out, config, cache }: OnceOptions | WatchOptions, how: unknown): string {
  const folder = path.resolve(cwd ?? "");
  const at = (file: string | undefined) => file && path.resolve(folder, file);
  return JSON.stringify([
    folder,
    at(project),
    at(out),
    isObject(config) ? idOf(config) : at(config),
    cache,
    how,
  ]);
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" || typeof value === "function";

/** A config that no file holds is the same where it is the same object. */
function idOf(config: object): number {
  const id = ids.get(config) ?? ++count;
  ids.set(config, id);
  return id;
}
