/** What one delivery of a channel gives to everybody who listens. Each form of it is made once. */
import type { RealtimeError } from "../errors.js";
import { type Delivery, type Opened, openDelivery } from "../frame.js";
import { isNotAfter } from "../position.js";
import { printMessages } from "./gateway/frames.js";

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

/** Some deliveries of a channel, in order; at least one. */
export class Batch {
  readonly channel: string;
  readonly deliveries: readonly Delivery[];
  #opened: readonly (Opened | RealtimeError)[] | undefined;
  #frames: Map<string, readonly Uint8Array[]> | undefined;

  constructor(channel: string, deliveries: readonly Delivery[]) {
    this.channel = channel;
    this.deliveries = deliveries;
  }

  /** The id of the last one. */
  get last(): string {
    return (this.deliveries.at(-1) as Delivery).id;
  }

  /** In order; an error where a message couldn't be read. */
  get opened(): readonly (Opened | RealtimeError)[] {
    this.#opened ??= this.deliveries.map((delivery) => open(this.channel, delivery));
    return this.#opened;
  }

  /**
   * Wire frames for a subscription's id, of its topics only. Subscriptions of different sockets that have the same id and
   * topics share the very bytes.
   */
  frames(id: number, topics: TopicFilter): readonly Uint8Array[] {
    this.#frames ??= new Map();
    const key = `${id} ${topics.key}`;
    let frames = this.#frames.get(key);
    if (!frames) {
      const chosen = this.deliveries.filter(({ frame }) => topics.has(frame.topic));
      frames = printMessages(id, chosen);
      this.#frames.set(key, frames);
    }
    return frames;
  }

  /** The part that comes after a position: the batch itself where that is all of it. */
  after(position: string | undefined): Batch | undefined {
    const [first] = this.deliveries;
    if (!first || !isNotAfter(first.id, position)) return this;
    const rest = this.deliveries.filter(({ id }) => !isNotAfter(id, position));
    return rest.length > 0 ? new Batch(this.channel, rest) : undefined;
  }
}

function open(channel: string, delivery: Delivery): Opened | RealtimeError {
  try {
    return openDelivery(channel, delivery);
  } catch (error) {
    // openDelivery throws nothing else; one unreadable message doesn't hide the others.
    return error as RealtimeError;
  }
}
