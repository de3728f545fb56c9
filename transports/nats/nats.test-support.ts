/** Connections, transports and names of a test's own. */
import type { Transport } from "../../src/transport.js";
import { frames } from "../conformance/frames.js";
import { Recorder } from "../conformance/recorder.js";
import { createLogTransport } from "../log/transport.js";
import type { NatsConnection, NatsJetStream, StreamConfig, StreamInfo } from "./clients.js";
import { createCore } from "./core.js";
import type { NatsSupports } from "./index.js";
import { natsLog } from "./log.js";
import { type NatsCoreOptions, type NatsOptions, readNats } from "./options.js";

/** A connection of the real client, with what tests call beside the transport. */
export interface TestConnection extends NatsConnection {
  close(): Promise<void>;
  drain(): Promise<void>;
  reconnect(): Promise<void>;
}

/** What tests ask of JetStream beside the transport. */
export interface TestManager {
  streams: {
    info(stream: string): Promise<StreamInfo>;
    add(config: Partial<StreamConfig>): Promise<StreamInfo>;
    update(stream: string, config: Partial<StreamConfig>): Promise<StreamInfo>;
    delete(stream: string): Promise<boolean>;
    purge(stream: string, options?: { filter: string }): Promise<unknown>;
  };
  consumers: { list(stream: string): { next(): Promise<unknown[]> } };
}

interface Clients {
  connect(options: object): Promise<TestConnection>;
  jetstream(connection: NatsConnection, options?: object): NatsJetStream;
  jetstreamManager(connection: NatsConnection): Promise<TestManager>;
}

/** By a computed name: the client's declarations don't stand up to our compiler's options. */
const load = async (name: string) => (await import(name)) as Clients;
const { connect } = await load("@nats-io/transport-node");
export const { jetstream, jetstreamManager } = await load("@nats-io/jetstream");

/** A stream, or a prefix, that nobody else has. */
export const unique = () => `t${crypto.randomUUID().replaceAll("-", "")}`;

/** A connection that comes back soon. Where a server dies while it greets, the client waits for `timeout`: 20 s by default. */
const SOON = {
  maxReconnectAttempts: -1,
  reconnectTimeWait: 30,
  reconnectJitter: 0,
  timeout: 500,
  waitOnFirstConnect: true,
};

export const connectTo = (url: string, options: object = {}): Promise<TestConnection> =>
  connect({ servers: url, ...SOON, ...options });

/** The transport over JetStream, and how much it holds. */
export function createNats(connection: NatsConnection, options: Omit<NatsOptions, "client">) {
  const settings = readNats({ client: jetstream(connection), timeout: "1s", ...options });
  const { log, held } = natsLog(settings);
  const { keyWindow: keys, maxBytes } = settings;
  const supports: NatsSupports = { replay: true, keys, maxBytes, shared: true };
  const created = createLogTransport<NatsSupports>({ name: "nats", supports, log });
  return { ...created, log, count: () => sum(created.held()) + sum(held()) };
}

/** The transport over core NATS, and how much it holds. */
export function createCoreNats(client: NatsConnection, options: Omit<NatsCoreOptions, "client"> = {}) {
  const created = createCore({ client, timeout: "1s", ...options });
  return { ...created, count: () => sum(created.held()) };
}

const sum = (held: object) => Object.values(held).reduce((all: number, one: number) => all + one, 0);

/** One call of each kind. */
export const callsOf = (transport: Transport) => [
  () => transport.publish("a", frames(2)),
  () => transport.subscribe("a", {}, new Recorder(1_000)),
  async () => transport.history?.("a", { limit: 10 }),
];
