/** Closing many sockets over a time, so that their clients don't come to the next server all at once. */

/** How often it is looked whether those that wait to be closed are still there, in milliseconds. */
const LOOK = 250;

/**
 * Closes each of a set, in random order, spread evenly over `milliseconds`; 0: all at once. Who has left the set by then
 * isn't closed, and isn't waited for. Resolves when all are closed. Aborting `hurry` closes the rest at once.
 *
 * @example
 * ```ts
 * await closeOver(sockets, (socket) => socket.close(1012, "The server restarts."), 10_000);
 * ```
 */
export async function closeOver<T>(
  open: ReadonlySet<T>,
  close: (one: T) => void | Promise<void>,
  milliseconds: number,
  hurry?: AbortSignal,
): Promise<void> {
  const waiting = shuffled([...open]);
  const done: Promise<void>[] = [];
  const start = Date.now();
  for (const [i, one] of waiting.entries()) {
    const left = () => start + (milliseconds * i) / waiting.length - Date.now();
    // Some are due together where there are more than milliseconds.
    while (left() >= 1 && open.has(one) && !hurry?.aborted) await pause(Math.min(left(), LOOK), hurry);
    if (open.has(one)) done.push(run(() => close(one)));
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
