/** What is kept, and what goes. */
import { stat, unlink } from "node:fs/promises";
import { codeOf, type Files, segmentPath, segmentsIn } from "./files.js";
import type { Keep } from "./settings.js";

/** Where the history begins: with the first file that is needed to have so many bytes. */
export function historyStart(segments: readonly number[], end: number, bytes: number): number {
  const first = segments.findIndex((_, i) => end - (segments[i + 1] ?? end) < bytes);
  return segments[Math.max(0, first)] ?? 0;
}

/**
 * Removes files that no history needs, and whose keys needn't be remembered. `newest` was written just now: how old
 * another is tells the difference of their times, which are the file system's. The clocks of servers differ.
 */
export async function sweep(
  files: Files,
  { newest, end }: { readonly newest: number; readonly end: number },
  { history, keyWindow }: Keep,
): Promise<void> {
  const segments = await segmentsIn(files);
  const timeOf = async (segment: number) => (await stat(segmentPath(files, segment))).mtimeMs;
  const now = await timeOf(newest);
  const start = historyStart(segments, end, history);
  for (const segment of segments) {
    if (segment >= start) return;
    try {
      if (now - (await timeOf(segment)) < keyWindow) return;
      await unlink(segmentPath(files, segment));
    } catch (error) {
      // Another process may have done so.
      if (codeOf(error) !== "ENOENT") throw error;
    }
  }
}
