/** The options of the Redis transport: their defaults, and what is allowed. */

import type { Duration } from "../../src/duration.js";
import { RealtimeError } from "../../src/errors.js";
import { lasting, whole } from "../log/index.js";
import type { RedisClient } from "./clients.js";

/** How the Redis transport keeps messages. Every bound has a default. */
export interface RedisOptions {
  /**
   * Your client, of `ioredis` (`new Redis(…)`, `new Redis.Cluster(…)`) or `redis` (`createClient(…)`, `createCluster(…)`, which
   * you connect first). It stays yours: `close()` of the transport leaves it open. One more connection is opened
   * as its `duplicate()` when the first channel is subscribed.
   */
  readonly client: RedisClient;
  /** What the names of all keys and pub/sub channels begin with. Default `"halyard:"`. */
  readonly prefix?: string | undefined;
  /** What each channel keeps for replay. What goes beyond is dropped, oldest first. */
  readonly history?:
    | {
        /** Messages. Default 10,000. */
        readonly count?: number | undefined;
        /** How long a message is kept at most: milliseconds, or such as `"1h"`. Default `"1h"`. */
        readonly age?: Duration | undefined;
      }
    | undefined;
  /** How long an idempotency key is remembered: milliseconds, or such as `"10m"`. Default `"10m"`. */
  readonly keyWindow?: Duration | undefined;
  /** Bytes of payload that one message may have, at most 16 MiB; a larger one is refused. Default 1 MiB. */
  readonly maxBytes?: number | undefined;
  /** How long a call may take before it rejects: milliseconds, or such as `"10s"`. Default `"10s"`. */
  readonly timeout?: Duration | undefined;
}

/** The options, read: milliseconds and bytes, all whole. */
export interface Limits {
  readonly prefix: string;
  readonly count: number;
  readonly age: number;
  readonly keyWindow: number;
  readonly maxBytes: number;
  readonly timeout: number;
}

const MiB = 1_048_576;

/** A server cuts off who listens and has 32 MB waiting (`client-output-buffer-limit pubsub`, by default). */
const MOST_BYTES = 16 * MiB;

/** A year: what Redis is told of time stays far from what it can count. */
const LONGEST = 366 * 86_400_000;

/** Throws `INVALID_OPTIONS`, naming the option, the value and what is allowed. */
export function readOptions(options: Omit<RedisOptions, "client">): Limits {
  const { prefix = "halyard:", history = {}, keyWindow = "10m", maxBytes = MiB, timeout = "10s" } = options;
  const { count = 10_000, age = "1h" } = history;
  return {
    prefix: checkPrefix(prefix),
    count: whole(count, "redis: history.count"),
    age: time(age, "redis: history.age"),
    keyWindow: time(keyWindow, "redis: keyWindow"),
    maxBytes: upTo(MOST_BYTES, whole(maxBytes, "redis: maxBytes"), "redis: maxBytes"),
    timeout: time(timeout, "redis: timeout"),
  };
}

const time = (value: Duration, what: string) => upTo(LONGEST, Math.ceil(lasting(value, what)), what);

function upTo(most: number, value: number, what: string): number {
  if (value <= most) return value;
  throw new RealtimeError("INVALID_OPTIONS", `${what} is ${value}: give at most ${most}.`);
}

function checkPrefix(prefix: unknown): string {
  // With "{}" there is no hash tag, and a channel's keys would lie in several slots of a cluster.
  if (typeof prefix === "string" && !/^[^{]*\{\}/.test(prefix)) return prefix;
  const given = JSON.stringify(prefix) ?? String(prefix);
  throw new RealtimeError("INVALID_OPTIONS", `redis: prefix is ${given}: give a text without "{}".`);
}
