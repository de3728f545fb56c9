/** Watches folders, each by itself: Node's recursive way walks through all of `node_modules` where the system has none. */
import { type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import path from "node:path";

export interface FolderHandlers {
  /** Something happened to a file or folder. `renamed`: it came, went, or was replaced. */
  readonly onEvent: (file: string, renamed: boolean) => void;
  /** Something about watching itself that the user should know. */
  readonly onNotice: (message: string) => void;
}

export interface FolderWatcher {
  /** Watches these, and no others. Gives those that were not watched before. */
  set(directories: ReadonlySet<string>): ReadonlySet<string>;
  close(): void;
}

/** How often is looked where the system doesn't tell. In milliseconds. */
const POLL = 300;

interface Watched {
  /** Tells a folder from another that took its name. */
  readonly id: string;
  readonly close: () => void;
}

/** `poll`: look again and again, instead of being told; for file systems that tell nothing. */
export function watchFolders({ onEvent, onNotice }: FolderHandlers, poll: boolean): FolderWatcher {
  const watched = new Map<string, Watched>();
  const polled = new Map<string, Map<string, string>>();
  let timer: NodeJS.Timeout | undefined;
  let noticed = false;

  const startPolling = (folder: string) => {
    polled.set(folder, listed(folder));
    timer ??= setInterval(look, POLL);
    return () => polled.delete(folder);
  };

  function look(): void {
    for (const [folder, before] of polled) {
      const now = listed(folder);
      polled.set(folder, now);
      for (const name of new Set([...before.keys(), ...now.keys()])) {
        const was = before.get(name);
        const is = now.get(name);
        if (was !== is) onEvent(path.join(folder, name), was === undefined || is === undefined);
      }
    }
  }

  function open(folder: string): () => void {
    if (poll) return startPolling(folder);
    let watcher: FSWatcher;
    try {
      watcher = watch(folder);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "ENOSPC" || code === "EMFILE" || code === "ENFILE") {
        if (!noticed) onNotice(LIMIT);
        noticed = true;
        return startPolling(folder);
      }
      // It may not be read, or is gone again: what lies above tells when it comes back.
      return () => undefined;
    }
    watcher.on("change", (type, name) => {
      if (!isThere(folder)) onEvent(folder, true);
      else if (name === null) onEvent(folder, true);
      else onEvent(path.join(folder, String(name)), type === "rename");
    });
    // Windows tells so that a watched folder was removed.
    watcher.on("error", () => {
      watcher.close();
      watched.delete(folder);
      onEvent(folder, true);
    });
    return () => watcher.close();
  }

  return {
    set(directories) {
      const added = new Set<string>();
      for (const [folder, { id, close }] of watched) {
        if (directories.has(folder) && idOf(folder) === id) continue;
        close();
        watched.delete(folder);
      }
      for (const folder of directories) {
        const id = idOf(folder);
        if (id === undefined || watched.has(folder)) continue;
        watched.set(folder, { id, close: open(folder) });
        added.add(folder);
      }
      return added;
    },
    close() {
      clearInterval(timer);
      for (const { close } of watched.values()) close();
      watched.clear();
    },
  };
}

const LIMIT =
  "The system watches no more folders for this user (on Linux: fs.inotify.max_user_watches and max_user_instances). " +
  "Halyard looks for changes by itself instead, which takes a little longer.";

const isThere = (folder: string) => idOf(folder) !== undefined;

function idOf(folder: string): string | undefined {
  try {
    // Its birth, too: a file system gives the number of a folder that is gone to the next one.
    const { dev, ino, birthtimeNs } = statSync(folder, { bigint: true });
    return `${dev}:${ino}:${birthtimeNs}`;
  } catch {
    return undefined;
  }
}

/** What a folder holds, each with what changes when it does. */
function listed(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      // A folder's own times change with what is written into it.
      const { ino, size, mtimeMs } = statSync(path.join(folder, entry.name));
      found.set(entry.name, entry.isDirectory() ? `${ino}` : `${ino} ${size} ${mtimeMs}`);
    }
  } catch {
    // It is going: the next look tells.
  }
  return found;
}
