/** The Redis transport: streams for the history, one script per publish, one connection for all subscriptions. */
import type { RedisOptions } from "./options.js";
import { createRedis, type RedisTransport } from "./transport.js";

export type { RedisClient } from "./clients.js";
export type { IoRedisClient } from "./ioredis.js";
export type { NodeRedisClient } from "./node-redis.js";
export type { RedisOptions } from "./options.js";
export type { RedisSupports, RedisTransport } from "./transport.js";

/**
 * A transport on Redis 6.2 or later, by a client of yours: of `ioredis` or of `redis`. It replays, and remembers idempotency
 * keys. Whatever makes the server lose messages (a failover, a restart, `FLUSHALL`, eviction) is a gap to whoever resumes.
 *
 * Throws `INVALID_OPTIONS`. Its calls reject with `TRANSPORT_FAILED`, with the client's error as `cause`.
 *
 * @example
 * ```ts
 * import { Redis } from "ioredis";
 *
 * const transport = redis({ client: new Redis("redis://localhost:6379"), history: { count: 1_000, age: "10m" } });
 * const app = createRealtime({ transport });
 * ```
 */
export const redis = (options: RedisOptions): RedisTransport => createRedis(options).transport;
