/** What happens in a round, all of it drawn from a seed before it begins: who subscribes, what is published, what breaks. */
import { type Fault, planFaults } from "./plan-faults.js";
import { type Random, seeded } from "./random.js";
import type { Variant } from "./variants.js";

export const topics = ["tick", "note", "checked"] as const;
export type Topic = (typeof topics)[number];

/** A client, with a connection of its own through a line of its own. */
export interface PlannedClient {
  readonly wire: "websocket" | "sse";
  /** The gateway that it begins at. */
  readonly gateway: number;
}

export interface PlannedSubscription {
  readonly name: string;
  readonly client: number;
  readonly channel: number;
  readonly topics: readonly Topic[];
  /** When it begins, in milliseconds of the round. */
  readonly at: number;
  /** It resumes from what this other one, of the same channel, has seen by then. */
  readonly follows: string | undefined;
  /** Its handler takes up to so many milliseconds for a message. */
  readonly slow: number;
  /** How long its tokens live, in seconds. */
  readonly life: number;
}

export interface PlannedMessage {
  readonly n: number;
  readonly channel: number;
  readonly topic: Topic;
  readonly key: string | undefined;
  /** Characters of padding. */
  readonly size: number;
  /** Whether it is published again where it fails. */
  readonly isRetried: boolean;
  /** Whether another publisher publishes the same, under the same key, at the same time. */
  readonly isTwin: boolean;
}

/** Messages that a publisher publishes in one turn. */
export interface Burst {
  readonly at: number;
  readonly publisher: number;
  readonly messages: readonly PlannedMessage[];
}

export interface Plan {
  readonly seed: number;
  readonly variant: Variant;
  /** Milliseconds for which there is something new; then everybody catches up. */
  readonly length: number;
  readonly gateways: number;
  /** Publishers in processes of their own; where there is no broker, the gateway publishes. */
  readonly publishers: number;
  readonly channels: number;
  /** Messages that a channel keeps. */
  readonly history: number;
  readonly clients: readonly PlannedClient[];
  readonly subscriptions: readonly PlannedSubscription[];
  readonly bursts: readonly Burst[];
  readonly faults: readonly Fault[];
}

/** A history that keeps all that a channel gets in a round. */
const LARGE = 5_000;

export function makePlan(variant: Variant, seed: number, length: number): Plan {
  const random = seeded(seed);
  const isShared = variant.broker !== undefined;
  const shape = {
    gateways: isShared ? 2 : 1,
    publishers: isShared ? 2 : 1,
    channels: random.between(2, 4),
    // A small one is trimmed while a subscriber is away.
    history: random.pick([60, 300, LARGE]),
  };
  const clients = Array.from(
    { length: 4 },
    (_, i): PlannedClient => ({
      wire: i % 2 ? "sse" : "websocket",
      gateway: random.between(0, shape.gateways - 1),
    }),
  );
  const faults = planFaults(random.fork("faults"), variant, length, { ...shape, clients: clients.length });
  const isRestarted = faults.some(({ kind }) => kind === "broker-kill");
  const hasKeys = variant.keys && (variant.keepsTrimmedKeys || !isRestarted || shape.history >= LARGE);
  return {
    seed,
    variant,
    length,
    ...shape,
    clients,
    subscriptions: planSubscriptions(
      random.fork("subscriptions"),
      variant,
      length,
      shape.channels,
      clients.length,
    ),
    bursts: planBursts(random.fork("bursts"), hasKeys, length, shape),
    faults,
  };
}

function planSubscriptions(
  random: Random,
  variant: Variant,
  length: number,
  channels: number,
  clients: number,
): PlannedSubscription[] {
  const made: PlannedSubscription[] = [];
  for (let i = 0; i < 3 * clients; i++) {
    const isLate = i >= 2 * clients;
    const channel = i < channels ? i : random.between(0, channels - 1);
    const before = made.filter((one) => one.channel === channel && one.at === 0);
    const wanted = topics.filter(() => random.chance(0.6));
    made.push({
      name: `s${i}`,
      client: i % clients,
      channel,
      topics: wanted.length ? wanted : ["tick"],
      at: isLate ? random.between(length * 0.1, length * 0.7) : 0,
      follows: isLate && variant.replays && random.chance(0.7) ? before[0]?.name : undefined,
      slow: random.chance(0.2) ? random.between(5, 40) : 0,
      life: random.chance(0.5) ? random.between(2, 5) : 900,
    });
  }
  return made;
}

function planBursts(
  random: Random,
  hasKeys: boolean,
  length: number,
  { channels, publishers }: { channels: number; publishers: number },
): Burst[] {
  const bursts: Burst[] = [];
  let n = 0;
  for (let publisher = 0; publisher < publishers; publisher++) {
    for (let at = random.between(0, 200); at < length; at += random.between(10, 200)) {
      const only = random.chance(0.7) ? random.between(0, channels - 1) : undefined;
      const messages = Array.from({ length: random.pick([1, 1, 2, 5, 20, 60]) }, (): PlannedMessage => {
        const isKeyed = hasKeys && random.chance(0.4);
        n++;
        return {
          n,
          channel: only ?? random.between(0, channels - 1),
          topic: random.pick(topics),
          key: isKeyed ? `k${n}` : undefined,
          size: random.pick([0, 0, 0, 10, 100, 100, 1_000, random.chance(0.1) ? 60_000 : 10_000]),
          isRetried: random.chance(isKeyed ? 1 : 0.3),
          isTwin: isKeyed && publishers > 1 && random.chance(0.1),
        };
      });
      bursts.push({ at, publisher, messages });
    }
  }
  return bursts.sort((a, b) => a.at - b.at);
}
