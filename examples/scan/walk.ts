/** The files of a folder, and what is in them. */
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

/**
 * The files below a folder, as absolute paths in sorted order. Links are not followed. `onUnreadable` hears of each
 * folder that can't be opened.
 */
export async function* walk(folder: string, onUnreadable: () => void): AsyncGenerator<string, void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(onUnreadable);
  entries?.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries ?? []) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(full, onUnreadable);
    else if (entry.isFile()) yield full;
  }
}

/** Hashes a file chunk by chunk, however large it is. Gives `undefined` for one that can't be read. */
export async function hashFile(
  file: string,
  onChunk: (bytes: number) => void,
  signal: AbortSignal,
): Promise<HashedFile | undefined> {
  const handle = await open(file).catch(() => undefined);
  try {
    const { size, mtime } = (await handle?.stat()) ?? {};
    if (!handle || size === undefined || !mtime) return undefined;
    const hash = createHash("sha256");
    const buffer = Buffer.allocUnsafe(Math.min(size + 1, CHUNK));
    let bytes = 0;
    while (!signal.aborted) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
      onChunk(bytesRead);
    }
    return { bytes, modifiedAt: mtime, sha256: hash.digest("hex") };
  } catch {
    return undefined;
  } finally {
    await handle?.close();
  }
}

/** Works on at most `limit` items at a time, and gives the results in the order of the items. `work` must not reject. */
export async function* mapInOrder<T, R>(
  items: AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R, void> {
  const underWay: Promise<R>[] = [];
  for await (const item of items) {
    underWay.push(work(item));
    if (underWay.length >= limit) yield (await underWay.shift()) as R;
  }
  for (const result of underWay) yield await result;
}
