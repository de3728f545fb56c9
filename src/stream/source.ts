/** Whatever gives values one after the other, read in one way. */
import { RealtimeError } from "../errors.js";

/** What values are read from. */
export type Source<T> = AsyncIterable<T> | ReadableStream<T>;

export interface Puller<T> {
  next(): Promise<IteratorResult<T, unknown>>;
  /** Reads no more. Never throws or rejects: who is done with a source doesn't care what it thinks of that. */
  cancel(reason: unknown): void;
}

/** Opens a source. `where` names it in errors. Throws `INVALID_OPTIONS` for what is none, or is read by somebody else. */
export function pullerOf<T>(source: Source<T> | Iterable<T>, where: string): Puller<T> {
  // Structurally: a stream may be of a polyfill, or of another realm.
  const given: Partial<ReadableStream<T>> & Opened<T> = Object(source);
  if (typeof given.getReader === "function") {
    if (given.locked)
      throw refuse(`${where} is a locked stream: somebody reads it already. Use tee() before`);
    const reader = (source as ReadableStream<T>).getReader();
    return {
      next: () => reader.read(),
      cancel: (reason) => quietly(() => reader.cancel(reason)),
    };
  }
  const open = (given[Symbol.asyncIterator] ?? given[Symbol.iterator])?.bind(source);
  // Nobody means a text's characters.
  if (typeof open !== "function" || typeof source === "string") {
    throw refuse(`${where} must be an async iterable, a ReadableStream or an iterable of chunks`);
  }
  const iterator = open();
  return {
    next: async () => iterator.next(),
    cancel: () => quietly(() => iterator.return?.()),
  };
}

interface Opened<T> {
  readonly [Symbol.asyncIterator]?: () => AsyncIterator<T>;
  readonly [Symbol.iterator]?: () => Iterator<T>;
}

const refuse = (what: string) => new RealtimeError("INVALID_OPTIONS", `${what}.`);

function quietly(call: () => unknown): void {
  (async () => call())().catch(() => undefined);
}
