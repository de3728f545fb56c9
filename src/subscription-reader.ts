/** Readers of a subscription: what it hands messages to. */
import type { Gap } from "./transport.js";

/** A place in the order of what came: a message, or a gap. */
export interface Place<Raw> {
  readonly raw?: Raw | undefined;
  readonly gap?: Gap | undefined;
  /** What everything up to here, and this, takes of the limit. */
  readonly total: number;
  /** What the first reader that came here made of it, if anything: an `M`, or a promise of one. */
  message?: unknown;
  next?: Place<Raw> | undefined;
}

/** A reader. */
export interface Reader<M, Raw> {
  /** What it took last. */
  at: Place<Raw>;
  isBusy?: boolean;
  /** Whether the next message may come. */
  isReady(): unknown;
  /** Takes a message. Where it gives a promise, which never rejects, the next message waits for it. */
  deliver?(message: M, raw: Raw): unknown;
  /** Nothing more comes; the failure may be why. May be called again. */
  finish?(): void;
}

/** Reads a message whenever `next` is called. */
export interface Pull<T> {
  next(): Promise<IteratorResult<T, undefined>>;
  /** Reads no more. */
  stop(): void;
}

/** A stream that takes a message when it is read, and none ahead. */
export const toStream = <T>({ next, stop }: Pull<T>): ReadableStream<T> =>
  new ReadableStream<T>(
    {
      async pull(controller) {
        const { done, value } = await next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: stop,
    },
    { highWaterMark: 0 },
  );
