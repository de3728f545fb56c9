/** Readers of a subscription: what it hands messages to. */
import type { RealtimeError } from "./errors.js";

/** Where a subscription hands over. */
export interface Outlet<M, Raw> {
  /** Whether the next message may come. */
  ready(): boolean;
  /** Takes a message. Where it gives a promise, which never rejects, the next message waits for it. */
  deliver(message: M, raw: Raw): unknown;
  /** Nothing more comes; the error, where that is why. May be called again. */
  finish(error?: RealtimeError): void;
}

type Result<T> = IteratorResult<T, undefined>;
type Request<T> = readonly [resolve: (result: Result<T>) => void, reject: (error: unknown) => void];

/** Reads a message whenever `next` is called. */
export interface Puller<T> {
  next(): Promise<Result<T>>;
  /** Reads no more. */
  stop(): void;
}

/** An outlet that is ready when `next` was called; `map` makes what that gives, and `run` is called to get it. */
export function createPuller<M, Raw, T>(map: (message: M, raw: Raw) => T, run: () => void) {
  // Calls of next() that wait for a message: as many as whoever reads has made, served in order.
  const requests: Request<T>[] = [];
  let isTold = false;

  const outlet: Outlet<M, Raw> = {
    ready: () => requests.length > 0,
    deliver: (message, raw) => requests.shift()?.[0]({ value: map(message, raw), done: false }),
    finish(error) {
      for (const [resolve, reject] of requests.splice(0)) {
        if (error && !isTold) reject(error);
        else resolve({ value: undefined, done: true });
        isTold = true;
      }
    },
  };
  const next = () =>
    new Promise<Result<T>>((...request) => {
      requests.push(request);
      run();
    });
  return { outlet, next };
}

/** A stream that takes a message when it is read, and none ahead. */
export const toStream = <T>({ next, stop }: Puller<T>): ReadableStream<T> =>
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
