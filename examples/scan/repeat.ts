/** Something that is done again and again. */
import { setTimeout as delay } from "node:timers/promises";

/** Calls something again and again, never twice at a time. `stop` resolves when the last call is over. */
export function everySoOften(milliseconds: number, call: () => Promise<unknown>): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const over = (async () => {
    while (!stopped.signal.aborted) {
      await delay(milliseconds, undefined, { signal: stopped.signal }).catch(() => {});
      if (!stopped.signal.aborted) await call();
    }
  })();
  over.catch(() => {});
  return {
    stop(): Promise<void> {
      stopped.abort();
      return over;
    },
  };
}
