/** Reads a subscription one message at a time: for `for await`, and below the streams. */
import type { Outlet, Reader } from "./subscription-reader.js";

type Result<T> = IteratorResult<T, undefined>;

interface Request<T> {
  resolve(result: Result<T>): void;
  reject(error: unknown): void;
}

/** `attach` makes it a reader; `close` ends the subscription, when the loop is left; `map` makes what is read. */
export function iterate<M, Raw, T>(
  attach: (outlet: Outlet<M, Raw>) => Reader<M, Raw>,
  close: () => void,
  map: (message: M, raw: Raw) => T,
) {
  // Calls of next() that wait for a message: as many as the reader made, served in order.
  const requests: Request<T>[] = [];
  let thrown = false;

  const reader = attach({
    ready: () => requests.length > 0,
    deliver: (message, raw) => {
      requests.shift()?.resolve({ value: map(message, raw), done: false });
      return undefined;
    },
    finish: (error) => {
      for (const { resolve, reject } of requests.splice(0)) {
        if (error && !thrown) reject(error);
        else resolve({ value: undefined, done: true });
        thrown = true;
      }
    },
  });

  const iterator = {
    next: () =>
      new Promise<Result<T>>((resolve, reject) => {
        requests.push({ resolve, reject });
        reader.run();
      }),
    return(): Promise<Result<T>> {
      close();
      return Promise.resolve({ value: undefined, done: true });
    },
  };
  return { iterator, reader };
}
