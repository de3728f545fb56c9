/** What is asked of the user's client, whichever it is: `ioredis` or `redis`, of one server or a cluster. */
import { RealtimeError } from "../../src/errors.js";
import { type IoRedisClient, ioRedis } from "./ioredis.js";
import { type NodeRedisClient, nodeRedis } from "./node-redis.js";
import type { Script } from "./script.js";

/** A client of `ioredis` or of `redis`. */
export type RedisClient = IoRedisClient | NodeRedisClient;

/** The user's client, as the transport uses it. */
export interface Connection {
  /** Runs a script by its hash, or by its text where the server doesn't know it. All keys lie in one slot. */
  run(script: Script, keys: readonly string[], args: readonly string[]): Promise<unknown>;
  /**
   * Opens another connection, which only listens. It isn't opened again when it is lost. The signal ends the attempt: a
   * server, or what stands before it, may take a connection and say nothing.
   */
  listen(events: LineEvents, signal: AbortSignal): Promise<Line>;
  /** Calls back once the client is closed for good. Gives what stops that. */
  onEnd(callback: () => void): () => void;
}

/** A connection that only listens. */
export interface Line {
  subscribe(names: readonly string[]): Promise<unknown>;
  unsubscribe(names: readonly string[]): Promise<unknown>;
  ping(): Promise<unknown>;
  /** May be called again. */
  close(): void;
}

export interface LineEvents {
  message(name: string, text: string): void;
  /** It is lost. May be called again. */
  lost(error: unknown): void;
}

/** Tells the clients apart by their shape. Throws `INVALID_OPTIONS`. */
export function connectionOf(client: RedisClient): Connection {
  const has = (name: string) => typeof (client as unknown as Record<string, unknown>)?.[name] === "function";
  if (has("evalsha") && has("duplicate")) return ioRedis(client as IoRedisClient);
  if (has("evalSha") && has("duplicate")) return nodeRedis(client as NodeRedisClient);
  throw new RealtimeError(
    "INVALID_OPTIONS",
    "redis: client is no client: give one of ioredis (new Redis(url)) or of redis (createClient({ url })).",
  );
}
