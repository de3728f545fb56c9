/** What one delivery of a channel gives to everybody who listens. Each form of it is made once. */
import type { RealtimeError } from "../errors.js";
import { type Delivery, type Opened, openDelivery } from "../frame.js";
import { isNotAfter } from "../position.js";
import { printMessages } from "./gateway/frames.js";
import type { OutgoingFrame } from "./gateway/socket.js";

/** The topics of a subscription. */
export interface TopicFilter {
  /** Each once, sorted. */
  readonly topics: readonly string[];
  readonly has: (topic: string) => boolean;
  /** Equal for equal topics. */
  readonly key: string;
}

/** Most subscriptions of a channel want the same topics: they share one filter. */
const filters = new Map<string, TopicFilter>();
const MAX_FILTERS = 1000;
const MAX_KEY = 512;

/** A filter for some topics. */
export function topicFilter(topics: readonly string[]): TopicFilter {
  const set = new Set(topics);
  const sorted = [...set].sort();
  const key = JSON.stringify(sorted);
  let filter = filters.get(key);
  if (filter) return filter;
  filter = { topics: sorted, has: (topic) => set.has(topic), key };
  if (filters.size >= MAX_FILTERS) filters.clear();
  if (key.length <= MAX_KEY) filters.set(key, filter);
  return filter;
}

/** What a batch has for some topics. */
export class Selection {
  /** The id of the last message of these topics; `undefined` where there is none. */
  readonly last: string | undefined;
  readonly #deliveries: readonly Delivery[];
  readonly #frames = new Map<number, readonly OutgoingFrame[]>();

  constructor(deliveries: readonly Delivery[]) {
    this.#deliveries = deliveries;
    this.last = deliveries.at(-1)?.id;
  }

  /** How many messages it has. */
  get count(): number {
    return this.#deliveries.length;
  }

  /** Wire frames for a subscription's id. Subscriptions of different sockets that have the same id share the very bytes. */
  frames(id: number): readonly OutgoingFrame[] {
    let frames = this.#frames.get(id);
    if (!frames) {
      frames = printMessages(id, this.#deliveries);
      this.#frames.set(id, frames);
    }
    return frames;
  }
}

/** Some deliveries of a channel, in order; at least one. */
export class Batch {
  readonly channel: string;
  readonly deliveries: readonly Delivery[];
  /** Where the channel stood before: who is there needs all of it. */
  readonly previous: string | undefined;
  #opened: readonly (Opened | RealtimeError)[] | undefined;
  #selections: Map<string, Selection> | undefined;
  // Listeners come in a row that want the same.
  #latest: Selection | undefined;
  #latestTopics: TopicFilter | undefined;

  constructor(channel: string, deliveries: readonly Delivery[], previous?: string) {
    this.channel = channel;
    this.deliveries = deliveries;
    this.previous = previous;
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

  /** The part that is of some topics. Made once for all who want the same. */
  of(topics: TopicFilter): Selection {
    if (this.#latest && this.#latestTopics === topics) return this.#latest;
    this.#selections ??= new Map();
    let selection = this.#selections.get(topics.key);
    if (!selection) {
      selection = new Selection(this.deliveries.filter(({ frame }) => topics.has(frame.topic)));
      this.#selections.set(topics.key, selection);
    }
    this.#latestTopics = topics;
    this.#latest = selection;
    return selection;
  }

  /** The part that comes after a position: the batch itself where that is all of it. */
  after(position: string | undefined): Batch | undefined {
    if (position === this.previous) return this;
    const rest = newerThan(position, this.deliveries);
    if (rest === this.deliveries) return this;
    return rest.length > 0 ? new Batch(this.channel, rest, position) : undefined;
  }
}

/** What comes after a position: the same array where that is all of it. */
export function newerThan(
  position: string | undefined,
  deliveries: readonly Delivery[],
): readonly Delivery[] {
  const [first] = deliveries;
  if (!first || !isNotAfter(first.id, position)) return deliveries;
  return deliveries.filter(({ id }) => !isNotAfter(id, position));
}

function open(channel: string, delivery: Delivery): Opened | RealtimeError {
  try {
    return openDelivery(channel, delivery);
  } catch (error) {
    // openDelivery throws nothing else; one unreadable message doesn't hide the others.
    return error as RealtimeError;
  }
}
