/** Who listens to which channel, and the order in which they are told. */
import type { RealtimeError } from "../../src/errors.js";
import type { Delivery } from "../../src/frame.js";
import { Queue } from "../../src/queue.js";
import type { Gap, Sink } from "../../src/transport.js";

/** One subscription. */
export interface Listener {
  readonly sink: Sink;
  readonly ended: boolean;
  /** Ends it: the sink isn't called any more. May be called again. */
  readonly end: () => void;
}

/** Something to tell to some listeners. */
interface Job {
  readonly to: readonly Listener[];
  readonly gap: Gap | undefined;
  readonly deliveries: readonly Delivery[];
}

/** The listeners of one channel. */
interface Room {
  readonly listeners: Set<Listener>;
  /** The same as an array that never changes; made when it is first needed after somebody came or left. */
  snapshot: readonly Listener[] | undefined;
}

const NOBODY: readonly Listener[] = [];

export class FanOut {
  readonly #rooms = new Map<string, Room>();
  readonly #jobs = new Queue<Job>();
  #busy = false;

  /** How much is held, for tests. */
  get held(): { rooms: number; listeners: number } {
    let listeners = 0;
    for (const room of this.#rooms.values()) listeners += room.listeners.size;
    return { rooms: this.#rooms.size, listeners };
  }

  /** Adds a listener. It is told of what is given to `listeners(channel)` from now on. */
  join(channel: string, sink: Sink, signal: AbortSignal | undefined): Listener {
    const room = this.#rooms.get(channel) ?? { listeners: new Set(), snapshot: undefined };
    const listener = {
      sink,
      ended: false,
      end: () => {
        if (listener.ended) return;
        listener.ended = true;
        signal?.removeEventListener("abort", listener.end);
        room.listeners.delete(listener);
        room.snapshot = undefined;
        if (room.listeners.size === 0) this.#rooms.delete(channel);
      },
    };
    signal?.addEventListener("abort", listener.end, { once: true });
    room.listeners.add(listener);
    room.snapshot = undefined;
    this.#rooms.set(channel, room);
    return listener;
  }

  /** Who listens to a channel at this moment. */
  listeners(channel: string): readonly Listener[] {
    const room = this.#rooms.get(channel);
    if (!room) return NOBODY;
    room.snapshot ??= [...room.listeners];
    return room.snapshot;
  }

  /**
   * Tells listeners of a gap and of deliveries, at once. A sink that publishes or subscribes while it is told makes a
   * job that waits until everybody has been told of this one: so all see one order, and the stack doesn't grow.
   */
  tell(to: readonly Listener[], deliveries: readonly Delivery[], gap?: Gap): void {
    this.#jobs.push({ to, gap, deliveries });
    if (!this.#busy) this.#work();
  }

  /** Runs what tells one listener after the other: what a sink publishes meanwhile waits for all of it. */
  together(run: () => void): void {
    const isFirst = !this.#busy;
    this.#busy = true;
    try {
      run();
    } finally {
      if (isFirst) this.#work();
    }
  }

  #work(): void {
    this.#busy = true;
    for (let job = this.#jobs.shift(); job; job = this.#jobs.shift()) {
      for (const listener of job.to) tellOne(listener, job);
    }
    this.#busy = false;
  }

  /** Ends all subscriptions with an error. */
  failAll(error: RealtimeError): void {
    const all = [...this.#rooms.values()].flatMap((room) => [...room.listeners]);
    for (const { end } of all) end();
    for (const { sink } of all) guarded(() => sink.fail(error));
  }
}

function tellOne(listener: Listener, { gap, deliveries }: Job): void {
  const { sink } = listener;
  // Asked each time: a sink may end itself or another in any of these calls.
  if (gap && !listener.ended) guarded(() => sink.gap(gap));
  if (deliveries.length > 0 && !listener.ended) guarded(() => sink.deliver(deliveries));
}

/** A sink that throws is a fault in its owner. It surfaces as an uncaught error, without harm to the other sinks. */
export function guarded(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
