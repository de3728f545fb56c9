/** The files that texts are written into before they take their place. */
import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { threadId } from "node:worker_threads";

/** Beside its own file, so that a rename is enough. Another process or thread that writes the same one has its own. */
export const temporaryFor = (file: string): string =>
  path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}-${threadId}.halyard.tmp`);

const OURS = /^\..+\.(\d+)-\d+\.halyard\.tmp$/;

/** Whether a path is one of these. */
export const isTemporary = (file: string): boolean => OURS.test(path.basename(file));

/** Removes what processes that were killed left beside these files. */
export function sweep(files: readonly string[]): void {
  for (const folder of new Set(files.map((file) => path.dirname(file)))) {
    for (const name of namesIn(folder)) {
      const [, pid] = OURS.exec(name) ?? [];
      if (pid !== undefined && !isAlive(Number(pid))) rmSync(path.join(folder, name), { force: true });
    }
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // It isn't there yet, or what is to be written into it says what is wrong.
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Someone else's process lives, too.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
