/** The Redis transport: its log, joined to the contract. */
import type { LogTransport } from "../log/index.js";
import { createLogTransport } from "../log/transport.js";
import { connectionOf } from "./clients.js";
import { redisLog } from "./log.js";
import { type RedisOptions, readOptions } from "./options.js";

/** What the Redis transport can do. */
export interface RedisSupports {
  readonly replay: true;
  /** Milliseconds for which an idempotency key is remembered: the option `keyWindow`. */
  readonly keys: number;
  /** The option `maxBytes`. */
  readonly maxBytes: number;
  readonly shared: true;
}

export type RedisTransport = LogTransport<RedisSupports>;

/** The transport, and how much it holds: tests count that. */
export function createRedis({ client, ...options }: RedisOptions) {
  const limits = readOptions(options);
  const log = redisLog(connectionOf(client), limits);
  const supports = { replay: true, keys: limits.keyWindow, maxBytes: limits.maxBytes, shared: true } as const;
  const { transport, held } = createLogTransport<RedisSupports>({ name: "redis", supports, log });
  return { transport, held: () => ({ ...held(), ...log.held }) };
}
