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
import { asRealtimeError } from "./guard.js";
import type { PublishedEvent, RealtimeHooks } from "./observe/events.js";
import { isReserved } from "./references.js";

/** A message that was asked to be published. Its payload was parsed, or is being parsed. */
export interface Publication {
  readonly channel: string;
  readonly topic: string;
  readonly payload: Snapshot | PromiseLike<Snapshot>;
  readonly key: string | undefined;
  /** The caller's transaction, which it is to be part of. */
  readonly tx?: object | undefined;
  /** Names the topic and channel in errors. */
  readonly where: string;
}

/** What was published: the id that the transport gave. */
type Stored = { readonly id: string };

export interface Publisher {
  /** Throws `OVERLOADED` where so many messages don't fit any more. */
  checkRoom(count: number, where: string): void;
  /** Rejects with what refused the message. Nothing is published then. */
  publish(publication: Publication): Promise<Stored>;
  /** Resolves when everything that was published before this call is settled. */
  flush(): Promise<void>;
}

/** A place in the order of a channel. */
interface Slot {
  frame: Frame | undefined;
  refused: boolean;
  promise: Promise<Stored> | undefined;
  /** When it was asked for, where somebody observes that. */
  since: number;
  resolve: (stored: Stored) => void;
  reject: (error: unknown) => void;
}

/** What waits for one channel, outside of transactions or in one of them. */
interface Lane {
  readonly channel: string;
  readonly tx: object | undefined;
  readonly waiting: Queue<Slot>;
  /** The batch that is under way. */
  sending: readonly Slot[];
  /** A batch is under way, or about to be made. */
  busy: boolean;
}

/** Messages of one batch, at most. */
const MAX_BATCH = 1000;
const NONE: readonly Slot[] = [];

/**
 * Makes the publisher of an app. At most `maxPending` messages wait; the next is refused with `OVERLOADED`. `published`
 * hears of each that is stored.
 */
export function createPublisher(
  transport: Transport,
  maxPending: number,
  published?: RealtimeHooks["published"],
): Publisher {
  // A transaction holds its channels until it commits. What it publishes can't wait for what waits for it, so it has
  // lanes of its own.
  const lanesOf = new Map<object | undefined, Map<string, Lane>>();
  let pending = 0;

  function laneOf(channel: string, tx: object | undefined): Lane {
    const lanes = lanesOf.get(tx) ?? new Map<string, Lane>();
    lanesOf.set(tx, lanes);
    let lane = lanes.get(channel);
    if (!lane) {
      lane = { channel, tx, waiting: new Queue(), sending: NONE, busy: false };
      lanes.set(channel, lane);
    }
    return lane;
  }

  function drop({ channel, tx }: Lane): void {
    const lanes = lanesOf.get(tx);
    lanes?.delete(channel);
    if (lanes?.size === 0) lanesOf.delete(tx);
  }

  function wake(lane: Lane): void {
    if (lane.busy || lane.waiting.length === 0) return;
    lane.busy = true;
    // At the end of this tick: the batch is what the tick published.
    queueMicrotask(() => send(lane));
  }

  function send(lane: Lane): void {
    const slots: Slot[] = [];
    const frames: Frame[] = [];
    for (let slot = lane.waiting.peek(); slot && slots.length < MAX_BATCH; slot = lane.waiting.peek()) {
      // What is still being parsed holds its place, and all that comes after it.
      if (!slot.refused && !slot.frame) break;
      lane.waiting.shift();
      if (!slot.frame) continue;
      slots.push(slot);
      frames.push(slot.frame);
    }
    lane.sending = slots;
    if (slots.length > 0) hand(lane, frames);
    else {
      lane.busy = false;
      // A lane that was emptied and woken again may have a successor by now.
      if (lane.waiting.length === 0 && lanesOf.get(lane.tx)?.get(lane.channel) === lane) drop(lane);
    }
  }

  function hand(lane: Lane, frames: readonly Frame[]): void {
    let answer: Promise<readonly Published[]>;
    try {
      const { channel, tx } = lane;
      answer = tx ? transport.publish(channel, frames, { tx }) : transport.publish(channel, frames);
    } catch (cause) {
      answer = Promise.reject(cause);
    }
    answer.then(
      (results) => {
        for (let i = 0; i < frames.length; i++) settle(lane.channel, lane.sending[i] as Slot, results[i]);
        send(lane);
      },
      (cause) => {
        const error = asRealtimeError(transport, `publish to "${lane.channel}"`, cause);
        for (const slot of lane.sending) refuse(slot, error);
        send(lane);
      },
    );
  }

  function settle(channel: string, slot: Slot, result: Published | undefined): void {
    if (result && "id" in result) {
      pending--;
      slot.resolve({ id: result.id });
      // What servers tell each other is nobody's message.
      if (published && !isReserved(channel)) published(publishedEvent(channel, slot, result));
    } else refuse(slot, result?.error ?? unanswered(transport));
  }

  function refuse(slot: Slot, error: unknown): void {
    pending--;
    slot.reject(error);
  }

  function checkRoom(count: number, where: string): void {
    if (pending + count <= maxPending) return;
    const message = `${where}: ${pending} of at most ${maxPending} messages wait to be published. Await publish(), or publish less.`;
    throw new RealtimeError("OVERLOADED", message);
  }

  function publish({ channel, topic, payload, key, tx, where }: Publication): Promise<Stored> {
    try {
      checkRoom(1, where);
    } catch (error) {
      // A payload that is still being parsed may fail, and nobody will ask.
      if (isThenable(payload)) payload.then(undefined, () => undefined);
      return Promise.reject(error);
    }
    pending++;
    const createdAt = Date.now();
    const lane = laneOf(channel, tx);
    const slot = createSlot(published ? performance.now() : 0);
    lane.waiting.push(slot);
    if (isThenable(payload)) {
      payload
        .then(
          (parsed) => {
            slot.frame = createFrame(topic, parsed, createdAt, key);
          },
          (error) => {
            slot.refused = true;
            refuse(slot, error);
          },
        )
        .then(() => wake(lane));
    } else {
      slot.frame = createFrame(topic, payload, createdAt, key);
      wake(lane);
    }
    // createSlot() has just made it.
    return slot.promise as Promise<Stored>;
  }

  return {
    checkRoom,
    publish,
    async flush() {
      const lanes = [...lanesOf.values()].flatMap((ofTransaction) => [...ofTransaction.values()]);
      const slots = lanes.flatMap(({ waiting, sending }) => [...sending, ...waiting]);
      await Promise.allSettled(slots.map(({ promise }) => promise));
    },
  };
}

function createSlot(since: number): Slot {
  const nothing = () => undefined;
  const slot: Slot = {
    frame: undefined,
    refused: false,
    promise: undefined,
    since,
    resolve: nothing,
    reject: nothing,
  };
  slot.promise = new Promise<Stored>((resolve, reject) => {
    slot.resolve = resolve;
    slot.reject = reject;
  });
  return slot;
}

function publishedEvent(
  channel: string,
  { frame, since }: Slot,
  { id, duplicate }: Extract<Published, { id: string }>,
): PublishedEvent {
  // What was sent has one.
  const { topic, size, key } = frame as Frame;
  return {
    type: "published",
    channel,
    topic,
    id,
    bytes: size,
    ...(key !== undefined && { key }),
    duplicate,
    durationMs: performance.now() - since,
  };
}

const unanswered = ({ name }: Transport) =>
  new RealtimeError("TRANSPORT_FAILED", `Transport "${name}" gave no result for a message.`);
