/** Whether files and folders are still what they were, by a look at their times and sizes. */
import { statSync } from "node:fs";

/** What was seen, by path. */
export type Stamp = ReadonlyMap<string, string>;

/** The clocks of disks are coarse, in milliseconds: what changed so shortly before counts as changed since. */
const COARSE = 10;

export const stampOf = (paths: Iterable<string>): Stamp =>
  new Map([...paths].map((path) => [path, describe(path)]));

export const isSame = (stamp: Stamp): boolean =>
  [...stamp].every(([path, before]) => describe(path) === before);

/** Whether any of these changed after a time, in milliseconds. */
export const changedSince = (time: number, paths: Iterable<string>): boolean =>
  [...paths].some((path) => (look(path)?.ctimeMs ?? 0) > time - COARSE);

const look = (path: string) => statSync(path, { throwIfNoEntry: false });

function describe(path: string): string {
  const found = look(path);
  // A file that was moved here may be older than what it replaced: the time of the move counts, too.
  return found ? `${found.mtimeMs}:${found.ctimeMs}:${found.size}` : "none";
}
