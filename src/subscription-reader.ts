/** Readers of a subscription: each hands over what came, one after another, at its own pace. */
import type { RealtimeError } from "./errors.js";
import { isThenable } from "./schema.js";

/** One place in the order of what came: a message, or a gap. Readers share it. */
export interface Entry<M, Raw> {
  /** How much of the limit it takes up; a gap is free. */
  readonly cost: number;
  /** What was pushed; nothing for a gap. */
  readonly raw?: Raw;
  /** The message, or nothing where there is none. Reads or reports it; never fails. */
  take(): M | undefined | PromiseLike<M | undefined>;
}

/** Where a reader hands over. */
export interface Outlet<M, Raw> {
  /** Whether the next message may come. */
  ready(): boolean;
  /** Takes a message. Where it gives a promise, which never rejects, the next message waits for it. */
  deliver(message: M, raw: Raw): unknown;
  /** Nothing more comes; the error, where that is why. May be called again. */
  finish(error?: RealtimeError): void;
}

export interface Reader<M, Raw> {
  /** What it has yet to take. */
  readonly entries: Entry<M, Raw>[];
  /** Goes on, where there is something to hand over and the outlet is ready. */
  run(): void;
  /** Takes no more. */
  stop(): void;
}

/** What runs a reader. `taken` is called after each entry, `drained` when there is none. */
export function createRun<M, Raw>(
  entries: Entry<M, Raw>[],
  { ready, deliver }: Outlet<M, Raw>,
  taken: () => void,
  drained: () => void,
): () => void {
  let isBusy = false;

  return function run() {
    if (isBusy) return;
    isBusy = true;
    while (entries.length > 0 && ready()) {
      // The loop's condition says that there is one.
      const entry = entries.shift() as Entry<M, Raw>;
      const message = entry.take();
      // Once, however many readers come here.
      entry.take = () => message;
      // What gives a message is no gap, and so has what was pushed.
      const hand = (read: M | undefined) => read && deliver(read, entry.raw as Raw);
      const pending = isThenable(message) ? message.then(hand) : hand(message);
      taken();
      if (isThenable(pending)) {
        pending.then(() => {
          isBusy = false;
          run();
        });
        return;
      }
    }
    isBusy = false;
    if (entries.length === 0) drained();
  };
}
