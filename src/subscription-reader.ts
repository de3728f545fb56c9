/** One reader of a subscription: its place in the order of what came, and how much of that it has yet to take. */
import type { RealtimeError } from "./errors.js";
import { isThenable } from "./schema.js";

/** One place in the order: a message, a gap, or a message that can't be read. Readers share it. */
export interface Entry<M, Raw> {
  /** How much of the limit it takes up; a gap is free. */
  readonly cost: number;
  /** What was pushed; nothing for a gap. */
  readonly raw?: Raw;
  /** The message, or nothing where there is none. Reads or reports it once, however many readers ask. Never fails. */
  take(): M | undefined | PromiseLike<M | undefined>;
}

/** Where a reader hands over. */
export interface Outlet<M, Raw> {
  /** Whether the next message may come. */
  ready(): boolean;
  /** Takes a message. The next one waits for the promise, where there is one, which never rejects. */
  deliver(message: M, raw: Raw): PromiseLike<unknown> | undefined;
  /** Nothing more comes; the error, where that is why. May be called again. */
  finish(error?: RealtimeError): void;
}

export interface Reader<M, Raw> {
  add(entry: Entry<M, Raw>): void;
  /** The cost of what it has yet to take. */
  load(): number;
  /** Goes on, where there is something to hand over and the outlet is ready. */
  run(): void;
  /** Forgets what it has yet to take, and hands over nothing more. */
  stop(): void;
}

/** `moved` is called whenever an entry was taken; `isOver`, whether nothing more will be added. */
export function createReader<M, Raw>(
  entries: Entry<M, Raw>[],
  outlet: Outlet<M, Raw>,
  moved: () => void,
  isOver: () => boolean,
): Reader<M, Raw> {
  let load = entries.reduce((sum, { cost }) => sum + cost, 0);
  let running = false;
  let stopped = false;

  const run = () => {
    if (running) return;
    running = true;
    while (entries.length > 0 && outlet.ready()) {
      // The loop's condition says that there is one.
      const entry = entries.shift() as Entry<M, Raw>;
      load -= entry.cost;
      const taken = entry.take();
      // What gives a message is no gap, and so has what was pushed.
      const deliver = (message: M | undefined) =>
        message && !stopped ? outlet.deliver(message, entry.raw as Raw) : undefined;
      const pending = isThenable(taken) ? taken.then(deliver) : deliver(taken);
      moved();
      if (pending) {
        pending.then(() => {
          running = false;
          run();
        });
        return;
      }
    }
    running = false;
    if (entries.length === 0 && isOver()) outlet.finish();
  };

  return {
    run,
    load: () => load,
    add(entry) {
      // Gaps that nobody has reached yet are one gap: so they cost nothing, and can't pile up.
      if (!entry.cost && entries.at(-1)?.cost === 0) return;
      entries.push(entry);
      load += entry.cost;
    },
    stop() {
      stopped = true;
      entries.length = 0;
      load = 0;
      outlet.finish();
    },
  };
}
