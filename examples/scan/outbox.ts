/** Many small things, sent in a few batches. */

/** Items that are sent together. */
const BATCH = 128;
/** How long they are gathered, in milliseconds. */
const GATHER = 25;

export interface Outbox<T> {
  /** Adds an item; resolves at once, or when the full batch that it is in was sent. Await it before adding another. */
  add(item: T): Promise<void>;
  /** Sends what there is; resolves when all was sent. */
  flush(): Promise<unknown>;
}

/** Gathers items for a moment, and sends them together. However many come, no more than a batch of them waits. */
export function createOutbox<T>(send: (items: T[]) => Promise<unknown>): Outbox<T> {
  let items: T[] = [];
  let timer: NodeJS.Timeout | undefined;
  let sent: Promise<unknown> = Promise.resolve();

  function flush(): Promise<unknown> {
    clearTimeout(timer);
    timer = undefined;
    if (items.length === 0) return sent;
    const batch = items;
    items = [];
    sent = sent.then(() => send(batch));
    // Whoever adds or flushes next gets the error.
    sent.catch(() => {});
    return sent;
  }

  return {
    flush,
    async add(item: T): Promise<void> {
      items.push(item);
      if (items.length >= BATCH) await flush();
      // Never two sendings at a time: what a slow one holds up is gathered, until the batch is full.
      else timer ??= setTimeout(() => void sent.then(flush, () => {}), GATHER);
    },
  };
}
