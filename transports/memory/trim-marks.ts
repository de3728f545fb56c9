/** How far the history of channels was dropped that keep nothing any more. */

const MAX_MARKS = 10_000;

/**
 * One offset per emptied channel, for at most 10,000 channels. When a channel must make room, a floor for all unknown
 * channels rises to its mark: who resumes below it is told of a gap that may be none, but a loss is never silent.
 */
export class TrimMarks {
  readonly #marks = new Map<string, number>();
  #floor = 0;

  get size(): number {
    return this.#marks.size;
  }

  /** What came up to this offset may have been dropped. */
  get(channel: string): number {
    return this.#marks.get(channel) ?? this.#floor;
  }

  /** For a channel that has none. */
  set(channel: string, offset: number): void {
    this.#marks.set(channel, offset);
    if (this.#marks.size <= MAX_MARKS) return;
    // The first in a map is the oldest: a channel's mark is deleted before it gets another.
    const [oldest] = this.#marks;
    if (!oldest) return;
    this.#floor = Math.max(this.#floor, oldest[1]);
    this.#marks.delete(oldest[0]);
  }

  /** For a channel that keeps messages again, and knows for itself how far it was trimmed. */
  delete(channel: string): void {
    this.#marks.delete(channel);
  }
}
