/** NATS: JetStream, which keeps what is published, and core NATS, which doesn't. The client is the user's. */
import { type LogTransport, logTransport } from "../log/index.js";
import { natsLog } from "./log.js";
import { type NatsOptions, readNats } from "./options.js";

export type { NatsConnection, NatsJetStream } from "./clients.js";
export { type NatsCoreSupports, natsCore } from "./core.js";
export type { NatsCoreOptions, NatsOptions } from "./options.js";

/** What the transport over JetStream can do. */
export interface NatsSupports {
  readonly replay: true;
  /** Milliseconds for which an idempotency key is remembered: the option `keyWindow`. */
  readonly keys: number;
  /** The option `maxBytes`. */
  readonly maxBytes: number;
  readonly shared: true;
}

/**
 * A transport over NATS JetStream, for servers from 2.9 on. One stream holds all channels, and is made at the first call
 * where it doesn't exist. All goes over the connection of the client that is passed in, which stays open.
 *
 * Throws `INVALID_OPTIONS`; so does every call where the stream exists and doesn't fit the options.
 *
 * @example
 * ```ts
 * const connection = await connect({ servers: "nats://localhost:4222", maxReconnectAttempts: -1 });
 * const transport = nats({ client: jetstream(connection), history: { count: 1_000, age: "1h" } });
 * ```
 */
export function nats(options: NatsOptions): LogTransport<NatsSupports> {
  const settings = readNats(options);
  const { keyWindow: keys, maxBytes } = settings;
  return logTransport({
    name: "nats",
    supports: { replay: true, keys, maxBytes, shared: true } as NatsSupports,
    log: natsLog(settings).log,
  });
}
