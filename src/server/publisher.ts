/**
 * Publishing: what one tick publishes to one channel goes to the transport as one batch. Order per channel is the order
 * of the calls, also where a schema is async; and a channel has one batch under way at a time, so that a transport needn't
 * order them.
 */
import type { Snapshot } from "../codec.js";
import { RealtimeError } from "../errors.js";
import { createFrame, type Frame } from "../frame.js";
import { Queue } from "../queue.js";
import { isThenable } from "../schema.js";
import type { Published, Transport } from "../transport.js";

/** A message that was asked to be published. Its payload was parsed, or is being parsed. */
export interface Publication {
  readonly channel: string;
  readonly topic: string;
  readonly payload: Snapshot | PromiseLike<Snapshot>;
  readonly key: string | undefined;
  /** Names the topic and channel in errors. */
  readonly where: string;
}

type Stored = Extract<Published, { readonly id: string }>;

export interface Publisher {
  /** Rejects with what refused the message. Nothing is published then. */
  publish(publication: Publication): Promise<Stored>;
  /** Resolves when everything that was published before this call is settled. */
  flush(): Promise<void>;
}

/** A place in the order of a channel. */
interface Slot {
  frame: Frame | undefined;
  refused: boolean;
  readonly resolve: (stored: Stored) => void;
  readonly reject: (error: unknown) => void;
}

interface Lane {
  readonly channel: string;
  readonly slots: Queue<Slot>;
  /** A batch is under way, or about to be made. */
  busy: boolean;
}

/** Messages of one batch, at most. */
const MAX_BATCH = 1000;

/** Makes the publisher of an app. At most `maxPending` messages wait; the next is refused with `OVERLOADED`. */
export function createPublisher(transport: Transport, maxPending: number): Publisher {
  const lanes = new Map<string, Lane>();
  const unsettled = new Set<Promise<Stored>>();

  function laneOf(channel: string): Lane {
    let lane = lanes.get(channel);
    if (!lane) {
      lane = { channel, slots: new Queue(), busy: false };
      lanes.set(channel, lane);
    }
    return lane;
  }

  function send(lane: Lane): void {
    const slots: Slot[] = [];
    const frames: Frame[] = [];
    for (let slot = lane.slots.peek(); slot && slots.length < MAX_BATCH; slot = lane.slots.peek()) {
      // What is still being parsed holds its place, and all that comes after it.
      if (!slot.refused && !slot.frame) break;
      lane.slots.shift();
      if (!slot.frame) continue;
      slots.push(slot);
      frames.push(slot.frame);
    }
    if (frames.length === 0) {
      lane.busy = false;
      if (lane.slots.length === 0) lanes.delete(lane.channel);
      return;
    }
    hand(transport, lane.channel, frames)
      .then(
        (results) => {
          for (const [i, slot] of slots.entries()) settle(slot, results[i] as Published);
        },
        (error) => {
          for (const slot of slots) slot.reject(error);
        },
      )
      .finally(() => send(lane));
  }

  function wake(lane: Lane): void {
    if (lane.busy) return;
    lane.busy = true;
    // At the end of this tick: the batch is what the tick published.
    queueMicrotask(() => send(lane));
  }

  function enqueue({ channel, topic, payload, key }: Publication): Promise<Stored> {
    const createdAt = Date.now();
    const lane = laneOf(channel);
    return new Promise<Stored>((resolve, reject) => {
      const slot: Slot = { frame: undefined, refused: false, resolve, reject };
      lane.slots.push(slot);
      if (!isThenable(payload)) {
        slot.frame = createFrame(topic, payload, createdAt, key);
        return wake(lane);
      }
      payload.then(
        (parsed) => {
          slot.frame = createFrame(topic, parsed, createdAt, key);
          wake(lane);
        },
        (error) => {
          slot.refused = true;
          reject(error);
          wake(lane);
        },
      );
    });
  }

  return {
    async publish(publication) {
      if (unsettled.size >= maxPending) {
        throw new RealtimeError(
          "OVERLOADED",
          `${publication.where}: ${maxPending} messages wait to be published. Await publish(), or publish less.`,
        );
      }
      const stored = enqueue(publication);
      unsettled.add(stored);
      try {
        return await stored;
      } finally {
        unsettled.delete(stored);
      }
    },
    async flush() {
      await Promise.allSettled(unsettled);
    },
  };
}

function settle(slot: Slot, result: Published): void {
  if ("error" in result) slot.reject(result.error);
  else slot.resolve(result);
}

/** Calls the transport; whatever it throws becomes a RealtimeError. */
async function hand(
  transport: Transport,
  channel: string,
  frames: readonly Frame[],
): Promise<readonly Published[]> {
  const results = await guard(transport, `publish to "${channel}"`, () => transport.publish(channel, frames));
  if (results.length === frames.length) return results;
  throw new RealtimeError(
    "TRANSPORT_FAILED",
    `Transport "${transport.name}" gave ${results.length} results for ${frames.length} messages.`,
  );
}

/** Runs a transport's method. What isn't a RealtimeError becomes a `TRANSPORT_FAILED` with the original as its cause. */
export async function guard<T>(transport: Transport, what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof Error && cause.name === "RealtimeError") throw cause;
    throw new RealtimeError("TRANSPORT_FAILED", `Transport "${transport.name}" couldn't ${what}.`, { cause });
  }
}
