/** The options of the two transports: their defaults, and what is allowed. */
import type { Duration } from "../../src/duration.js";
import { RealtimeError } from "../../src/errors.js";
import { lasting, whole } from "../log/limits.js";
import type { NatsConnection, NatsJetStream } from "./clients.js";

/** What both take. */
interface CommonOptions {
  /** What subjects begin with: tokens as of NATS, such as `"myapp.prod"`. Default `"halyard"`. */
  readonly prefix?: string | undefined;
  /**
   * Bytes of payload that one message may have; a larger one is refused. At most, and by default, what the server takes
   * (`max_payload`, 1 MiB if not configured) less 4,096 for what is stored beside it.
   */
  readonly maxBytes?: number | undefined;
  /** How long to wait for the server, or for a connection. Default `"5s"`. */
  readonly timeout?: Duration | undefined;
}

/** How to reach subscribers over JetStream, and what it keeps. */
export interface NatsOptions extends CommonOptions {
  /** `jetstream(connection)` of `@nats-io/jetstream`. It stays open when the transport is closed. */
  readonly client: NatsJetStream;
  /** The stream that holds all channels. Default `"HALYARD"`. */
  readonly stream?: string | undefined;
  /**
   * Whether a stream that doesn't exist is made. Default true. One that exists is never changed: where it doesn't fit the
   * options, every call rejects with `INVALID_OPTIONS`, naming the difference.
   */
  readonly create?: boolean | undefined;
  /** What each channel keeps for replay. What goes beyond is dropped, oldest first. */
  readonly history?:
    | {
        /** Stored messages: each holds one message with a key, or all that one tick published. Default 10,000. */
        readonly count?: number | undefined;
        /** How long a message is kept at most: milliseconds, or such as `"10m"`. Default `"1h"`. */
        readonly age?: Duration | undefined;
      }
    | undefined;
  /** Bytes that the stream may take, of all channels together; beyond, the oldest of all go. Default: no bound. */
  readonly totalBytes?: number | undefined;
  /** How long an idempotency key is remembered, at most `history.age`. Default `"10m"`, or that age if it is less. */
  readonly keyWindow?: Duration | undefined;
  /** Servers that each keep a copy: 1 to 5. Default 1. */
  readonly replicas?: number | undefined;
  /** Where the stream is kept. Default `"file"`. */
  readonly storage?: "file" | "memory" | undefined;
}

/** How to reach subscribers over core NATS. */
export interface NatsCoreOptions extends CommonOptions {
  /** `await connect()` of `@nats-io/transport-node`. It stays open when the transport is closed. */
  readonly client: NatsConnection;
}

/** The options of both, read. */
export interface CommonSettings {
  readonly prefix: string;
  readonly maxBytes: number;
  /** In milliseconds. */
  readonly timeout: number;
}

/** The options, read. Milliseconds and bytes; undefined where an existing stream may have anything. */
export interface Settings extends CommonSettings {
  readonly connection: NatsConnection;
  readonly client: NatsJetStream;
  readonly stream: string;
  readonly create: boolean;
  /** What an existing stream's subjects must begin with, where a prefix was asked for. */
  readonly within: string | undefined;
  readonly count: number | undefined;
  readonly age: number | undefined;
  readonly totalBytes: number | undefined;
  readonly keyWindow: number;
  readonly replicas: number | undefined;
  readonly storage: "file" | "memory" | undefined;
}

/** What a message may take in the server beside its payload: its topic, its stamp, its id. */
export const RESERVED = 4_096;

/** What a server takes that wasn't told otherwise. */
export const DEFAULT_MAX_PAYLOAD = 1_048_576;

export const DEFAULT_AGE = 3_600_000;
export const DEFAULT_COUNT = 10_000;
const DEFAULT_KEY_WINDOW = 600_000;

const invalid = (what: string) => new RealtimeError("INVALID_OPTIONS", what);

const has = (client: unknown, ...methods: string[]) =>
  methods.every((method) => typeof (client as Record<string, unknown> | undefined)?.[method] === "function");

/** Throws `INVALID_OPTIONS`. */
export function readCommon(options: CommonOptions, name: string, connection: NatsConnection): CommonSettings {
  const { prefix = "halyard", timeout = 5_000 } = options;
  if (!/^[^\s.*>$][^\s.*>]*(\.[^\s.*>]+)*$/.test(prefix) || prefix.length > 200) {
    throw invalid(
      `${name}: prefix is ${JSON.stringify(prefix)}: give tokens of a subject, such as "myapp.prod".`,
    );
  }
  const most = (connection.info?.max_payload ?? DEFAULT_MAX_PAYLOAD) - RESERVED;
  if (most < 1)
    throw invalid(`${name}: the server's max_payload leaves no room: set it above ${RESERVED} bytes.`);
  const maxBytes = whole(options.maxBytes ?? most, `${name}: maxBytes`);
  if (maxBytes > most) {
    throw invalid(
      `${name}: maxBytes is ${maxBytes}, but the server takes ${most} at most: raise its max_payload, or give less.`,
    );
  }
  return { prefix, maxBytes, timeout: lasting(timeout, `${name}: timeout`) };
}

/** Throws `INVALID_OPTIONS`. */
export function readNats(options: NatsOptions): Settings {
  const { client, stream = "HALYARD", create = true, history = {}, totalBytes, replicas, storage } = options;
  const connection = connectionOf(client);
  if (!/^[^\s.*>/\\]{1,255}$/.test(stream)) {
    throw invalid(`nats: stream is ${JSON.stringify(stream)}: give a name without spaces and . * > / \\`);
  }
  if (storage !== undefined && storage !== "file" && storage !== "memory") {
    throw invalid(`nats: storage is ${JSON.stringify(storage)}: give "file" or "memory".`);
  }
  if (replicas !== undefined && whole(replicas, "nats: replicas") > 5) {
    throw invalid(`nats: replicas is ${replicas}: give 1 to 5.`);
  }
  const age = history.age === undefined ? undefined : lasting(history.age, "nats: history.age");
  const longest = age ?? DEFAULT_AGE;
  const keyWindow = lasting(options.keyWindow ?? Math.min(DEFAULT_KEY_WINDOW, longest), "nats: keyWindow");
  if (keyWindow > longest) {
    throw invalid(
      `nats: keyWindow is ${keyWindow} ms, but history.age ${longest} ms: give a window no longer than that.`,
    );
  }
  return {
    ...readCommon(options, "nats", connection),
    ...{ connection, client, stream, create, age, keyWindow, replicas, storage },
    within: options.prefix,
    count: history.count === undefined ? undefined : whole(history.count, "nats: history.count"),
    totalBytes: totalBytes === undefined ? undefined : whole(totalBytes, "nats: totalBytes"),
  };
}

/** The connection of a JetStream client. */
function connectionOf(client: unknown): NatsConnection {
  if (has(client, "publish", "jetstreamManager", "getConnection")) {
    const connection = (client as { getConnection(): unknown }).getConnection();
    if (isConnection(connection)) return connection;
  }
  const given = isConnection(client) ? "a connection; " : "";
  throw invalid(
    `nats: client is no JetStream client: ${given}give jetstream(connection) of @nats-io/jetstream 3.`,
  );
}

const isConnection = (client: unknown): client is NatsConnection =>
  has(client, "publish", "subscribe", "requestMany", "flush", "status", "closed", "isClosed");

/** Throws `INVALID_OPTIONS`. */
export function readCore(options: NatsCoreOptions): CommonSettings {
  const { client } = options;
  if (!isConnection(client) || has(client, "jetstreamManager")) {
    throw invalid("natsCore: client is no connection: give await connect() of @nats-io/transport-node 3.");
  }
  // Else subscribers in the publisher's own process would miss its messages.
  if ((client as { options?: { noEcho?: unknown } }).options?.noEcho) {
    throw invalid("natsCore: the client was connected with noEcho: leave that out.");
  }
  return readCommon(options, "natsCore", client);
}
