/** Readers of a subscription: what it hands messages to. */
import type { Gap } from "./transport.js";

/** One place in the order of what came: a message, or a gap. */
export interface Entry<Raw> {
  /** How much of the limit it takes up. */
  readonly cost: number;
  readonly raw: Raw | undefined;
  readonly gap: Gap | undefined;
  /** Whether a reader came here; then `message` is what it made of it, if anything: an `M`, or a promise of one. */
  isRead?: boolean;
  message?: unknown;
}

/** A reader, and what it has yet to take. */
export interface Reader<M, Raw> {
  readonly waiting: Entry<Raw>[];
  load: number;
  isBusy: boolean;
  /** Whether the next message may come. */
  ready(): boolean;
  /** Takes a message. Where it gives a promise, which never rejects, the next message waits for it. */
  deliver(message: M, raw: Raw): unknown;
  /** Nothing more comes; the failure may be why. May be called again. */
  finish(): void;
}

export const createReader = <M, Raw>(): Reader<M, Raw> => ({
  waiting: [],
  load: 0,
  isBusy: false,
  ready: () => false,
  deliver() {},
  finish() {},
});

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
