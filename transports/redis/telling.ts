/** What pub/sub tells of a batch: `<epoch> <offset before it>`, a line break, and the batch as it is stored. */
import type { Frame } from "../../src/frame.js";
import { formatPosition } from "../../src/position.js";
import type { Watcher } from "../log/index.js";
import { decodeBatch } from "./batch.js";

/** Messages of a batch, with their ids: they follow on an offset. */
export const numbered = (
  frames: readonly Pick<Frame, "topic" | "payload">[],
  epoch: string,
  offset: number,
): { id: string; frame: Pick<Frame, "topic" | "payload"> }[] =>
  frames.map((frame, i) => ({ id: formatPosition(epoch, offset + 1 + i), frame }));

/** Tells a watcher what was heard. */
export function tell(watcher: Watcher, text: string): void {
  // A publisher's first call tries whether it may publish.
  if (text === "") return;
  const [, epoch = "", offset] = /^([\w-]+) (\d+)\n/.exec(text) ?? [];
  const frames = offset && decodeBatch(text.slice(epoch.length + offset.length + 2));
  // Somebody else may publish under this name: what is true stands in the stream.
  if (!frames) watcher.changed();
  else watcher.stored(formatPosition(epoch, Number(offset)), numbered(frames, epoch, Number(offset)));
}
