/** What one delivery of a channel gives to everybody who listens. Each form of it is made once. */
import type { RealtimeError } from "../errors.js";
import { type Delivery, readDelivery } from "../frame.js";
import type { AnyMessage } from "../message.js";
import { isNotAfter } from "../position.js";
import { printMessages } from "./gateway/frames.js";

export interface Batch {
  readonly deliveries: readonly Delivery[];
  /** The id of the last one. */
  readonly last: string;
  /** In order; an error where a message couldn't be read. */
  messages(): readonly (AnyMessage | RealtimeError)[];
  /**
   * Wire frames for a subscription's id, of its topics only. Subscriptions of different sockets that have the same id and
   * topics share the very bytes.
   */
  frames(id: number, topics: TopicFilter): readonly Uint8Array[];
}

/** The topics of a subscription. */
export interface TopicFilter {
  readonly has: (topic: string) => boolean;
  /** Equal for equal topics. */
  readonly key: string;
}

/** A filter for some topics. */
export function topicFilter(topics: readonly string[]): TopicFilter {
  const set = new Set(topics);
  return { has: (topic) => set.has(topic), key: JSON.stringify([...set].sort()) };
}

/** Wraps what a transport delivered; there is at least one delivery. */
export function createBatch(channel: string, deliveries: readonly Delivery[]): Batch {
  const prepared = new Map<string, readonly Uint8Array[]>();
  let read: (AnyMessage | RealtimeError)[] | undefined;
  return {
    deliveries,
    last: (deliveries.at(-1) as Delivery).id,
    messages() {
      read ??= deliveries.map((delivery) => {
        try {
          return Object.freeze(readDelivery(channel, delivery));
        } catch (error) {
          // readDelivery throws nothing else; one unreadable message doesn't hide the others.
          return error as RealtimeError;
        }
      });
      return read;
    },
    frames(id, topics) {
      const key = `${id} ${topics.key}`;
      let frames = prepared.get(key);
      if (!frames) {
        frames = printMessages(
          id,
          deliveries.filter(({ frame }) => topics.has(frame.topic)),
        );
        prepared.set(key, frames);
      }
      return frames;
    },
  };
}

/** The part of a batch that comes after a position. The batch itself where that is all of it. */
export function batchAfter(channel: string, batch: Batch, position: string | undefined): Batch | undefined {
  const [first] = batch.deliveries;
  if (!first || !isNotAfter(first.id, position)) return batch;
  const rest = batch.deliveries.filter(({ id }) => !isNotAfter(id, position));
  return rest.length > 0 ? createBatch(channel, rest) : undefined;
}
