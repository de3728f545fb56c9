/** Closing many sockets over a time, so that their clients don't come to the next server all at once. */

/**
 * Calls each function once, in random order, spread evenly over `milliseconds`; 0: all at once. Resolves when all are
 * done. Aborting `hurry` calls the rest at once.
 *
 * @example
 * ```ts
 * await closeOver(sockets.map((socket) => () => socket.close(1012, "The server restarts.")), 10_000);
 * ```
 */
export async function closeOver(
  sockets: Iterable<() => void | Promise<void>>,
  milliseconds: number,
  hurry?: AbortSignal,
): Promise<void> {
  const waiting = shuffled([...sockets]);
  const done: Promise<void>[] = [];
  const start = Date.now();
  for (const [i, close] of waiting.entries()) {
    // Some are due together where there are more than milliseconds.
    const wait = start + (milliseconds * i) / waiting.length - Date.now();
    if (wait >= 1 && !hurry?.aborted) await pause(wait, hurry);
    done.push(run(close));
  }
  const failed = (await Promise.allSettled(done)).find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}

/** What throws at once, too, must not keep the others open. */
const run = async (close: () => void | Promise<void>) => close();

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener("abort", end);
  });
}

/** Fisher and Yates. */
function shuffled<T>(list: T[]): T[] {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [list[i], list[j]] = [list[j] as T, list[i] as T];
  }
  return list;
}
