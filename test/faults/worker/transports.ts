/**
 * The transports, each made as its users make it: with a client of theirs, and that client's own defaults. A process loads
 * what it uses.
 */
import type { Transport } from "halyard/transport";
import type { nats, natsCore } from "halyard/transports/nats";
import type { postgres } from "halyard/transports/postgres";
import type { WorkerOptions } from "./protocol.js";

export interface Opened {
  readonly transport: Transport;
  /** Closes the client, which is the user's to close. */
  end(): Promise<unknown>;
}

type NatsConnection = Parameters<typeof natsCore>[0]["client"] & { close(): Promise<unknown> };
type NatsJetStream = Parameters<typeof nats>[0]["client"];
type Pglite = Parameters<typeof postgres>[0]["client"] & { close(): Promise<unknown> };

/** By a computed name: these clients' declarations don't stand up to our compiler's options. */
const load = async <T>(name: string): Promise<T> => (await import(name)) as T;

const host = "127.0.0.1";
/** A broker that stands still is noticed within a round. */
const timeout = "5s";

/** `hear` is told what the client's own `error` events say. */
export function openTransport(options: WorkerOptions, hear: (error: unknown) => void): Promise<Opened> {
  switch (options.variant) {
    case "memory":
      return openMemory(options);
    case "redis/ioredis":
      return openIoRedis(options, hear);
    case "redis/node-redis":
      return openNodeRedis(options, hear);
    case "nats":
    case "nats/core":
      return openNats(options);
    case "postgres/pg":
      return openPg(options, hear);
    case "postgres/postgres.js":
      return openPostgresJs(options);
    case "postgres/pglite":
      return openPglite(options);
  }
}

async function openMemory({ history: count }: WorkerOptions): Promise<Opened> {
  const { memory } = await import("halyard/transports/memory");
  return { transport: memory({ history: { count } }), end: async () => {} };
}

async function openIoRedis(
  { brokerPort: port, history: count }: WorkerOptions,
  hear: (error: unknown) => void,
): Promise<Opened> {
  const { Redis } = await import("ioredis");
  const { redis } = await import("halyard/transports/redis");
  const client = new Redis({ host, port });
  client.on("error", hear);
  return { transport: redis({ client, history: { count }, timeout }), end: () => client.quit() };
}

async function openNodeRedis(
  { brokerPort: port, history: count }: WorkerOptions,
  hear: (error: unknown) => void,
): Promise<Opened> {
  const { createClient } = await import("redis");
  const { redis } = await import("halyard/transports/redis");
  const client = createClient({ socket: { host, port } });
  client.on("error", hear);
  await client.connect();
  return { transport: redis({ client, history: { count }, timeout }), end: () => client.close() };
}

async function openNats({ variant, brokerPort, prefix, history: count }: WorkerOptions): Promise<Opened> {
  const { connect } = await load<{ connect(options: object): Promise<NatsConnection> }>(
    "@nats-io/transport-node",
  );
  const { jetstream } = await load<{ jetstream(connection: object): NatsJetStream }>("@nats-io/jetstream");
  const { nats, natsCore } = await import("halyard/transports/nats");
  const connection = await connect({
    servers: `${host}:${brokerPort}`,
    // For as long as it takes: what ends a connection for good is the user's choice.
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    waitOnFirstConnect: true,
  });
  const transport =
    variant === "nats"
      ? // What a stream keeps is its own: each round has one.
        nats({ client: jetstream(connection), stream: prefix, prefix, history: { count }, timeout })
      : natsCore({ client: connection, prefix, timeout });
  return { transport, end: () => connection.close() };
}

async function openPg(
  { brokerPort: port, history: count }: WorkerOptions,
  hear: (error: unknown) => void,
): Promise<Opened> {
  const { default: pg } = await import("pg");
  const { postgres } = await import("halyard/transports/postgres");
  const client = new pg.Pool({ host, port, user: "postgres", database: "test" });
  client.on("error", hear);
  return { transport: postgres({ client, history: { count }, timeout }), end: () => client.end() };
}

async function openPostgresJs({ brokerPort: port, history: count }: WorkerOptions): Promise<Opened> {
  const { default: connect } = await import("postgres");
  const { postgres } = await import("halyard/transports/postgres");
  const client = connect({ host, port, user: "postgres", database: "test", onnotice: () => {} });
  // Where the server was killed, this client never settles some of the queries that were under way, and would wait for them.
  const end = () => client.end({ timeout: 5 });
  return { transport: postgres({ client, history: { count }, timeout }), end };
}

async function openPglite({ folder, history: count }: WorkerOptions): Promise<Opened> {
  const { PGlite } = await load<{ PGlite: new (folder: string) => Pglite }>("@electric-sql/pglite");
  const { postgres } = await import("halyard/transports/postgres");
  const client = new PGlite(folder);
  return { transport: postgres({ client, history: { count }, timeout }), end: () => client.close() };
}
