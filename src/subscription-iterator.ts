/** Reads a subscription one message at a time: for `for await`, and for streams. */
import type { Outlet, Reader } from "./subscription-reader.js";

type Result<T> = IteratorResult<T, undefined>;
type Request<T> = readonly [resolve: (result: Result<T>) => void, reject: (error: unknown) => void];

/** A reader that takes a message whenever `next` is called. */
export interface Puller<T> {
  next(): Promise<Result<T>>;
  stop(): void;
}

/** `attach` makes it a reader; `map` makes what it gives. */
export function createPuller<M, Raw, T>(
  attach: (outlet: Outlet<M, Raw>) => Reader<M, Raw>,
  map: (message: M, raw: Raw) => T,
): Puller<T> {
  // Calls of next() that wait for a message: as many as whoever reads has made, served in order.
  const requests: Request<T>[] = [];
  let isTold = false;

  const { run, stop } = attach({
    ready: () => requests.length > 0,
    deliver: (message, raw) => requests.shift()?.[0]({ value: map(message, raw), done: false }),
    finish: (error) => {
      for (const [resolve, reject] of requests.splice(0)) {
        if (error && !isTold) reject(error);
        else resolve({ value: undefined, done: true });
        isTold = true;
      }
    },
  });

  return {
    stop,
    next: () =>
      new Promise((...request) => {
        requests.push(request);
        run();
      }),
  };
}

/** A stream that takes a message when it is read, and none ahead. `stop` is called when nobody reads it any more. */
export const toStream = <T>({ next }: Puller<T>, stop: () => void): ReadableStream<T> =>
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
