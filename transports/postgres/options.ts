/** The options of the Postgres transport: their defaults, and what is allowed. */
import type { Duration } from "../../src/duration.js";
import { RealtimeError } from "../../src/errors.js";
import { lasting, whole } from "../log/limits.js";
import { noClient, type PostgresClient, shapeOf } from "./clients.js";
import { quoted } from "./migrations.js";

/** What the Postgres transport is made of. Give all servers the same, save the clients. */
export interface PostgresOptions {
  /** What it asks: a `Pool` or `Client` of `pg`, an `sql` of `postgres`, or a `PGlite`. It is yours to end, after `close()`. */
  readonly client: PostgresClient;
  /** A client of its own for LISTEN, where `client` goes by a pooler that gives each transaction another connection. */
  readonly listen?: PostgresClient | undefined;
  /** The schema of its tables. `A–Z a–z 0–9 _`, at most 48. Default `"halyard"`. */
  readonly schema?: string | undefined;
  /** Whether it makes and updates its tables at first use. Default `true`; else apply `postgresMigrations()` yourself. */
  readonly migrate?: boolean | undefined;
  /** What each channel keeps for replay. What goes beyond is dropped, oldest first. */
  readonly history?:
    | {
        /** Messages. Default 10,000. */
        readonly count?: number | undefined;
        /** How long a message is kept: milliseconds, or such as `"10m"`. Default `"24h"`. */
        readonly age?: Duration | undefined;
      }
    | undefined;
  /** How long an idempotency key is remembered: milliseconds, or such as `"10m"`. Default `"10m"`. */
  readonly keyWindow?: Duration | undefined;
  /** Bytes of payload that one message may have; a larger one is refused. Default 1 MiB, at most 64 MiB. */
  readonly maxBytes?: number | undefined;
  /**
   * How often what isn't kept any more is removed from the tables, by one of the servers. Default `"1m"`; `false` where
   * you call `SELECT halyard.trim(…)` yourself.
   */
  readonly retention?: Duration | false | undefined;
  /** How long the database may take to answer: milliseconds, or such as `"5s"`. Default `"10s"`. */
  readonly timeout?: Duration | undefined;
}

/** The options, read: milliseconds and bytes. */
export interface Settings {
  readonly client: PostgresClient;
  readonly listen: PostgresClient;
  readonly schema: string;
  readonly migrate: boolean;
  readonly count: number;
  readonly age: number;
  readonly keyWindow: number;
  readonly maxBytes: number;
  readonly retention: number | false;
  readonly timeout: number;
}

const MiB = 1_048_576;

/** Milliseconds: 1,000 years. What is longer is as good as that, and dates of SQL don't reach back for ever. */
const LONGEST = 3e13;

const CLIENTS: unknown[] = ["pool", "client", "postgres", "pglite"];

/** Setting a timer for longer makes Node fire it at once. */
const MAX_DELAY = 2 ** 31 - 1;

/** Throws `INVALID_OPTIONS`, naming the option, the value and what is allowed. */
export function readOptions(options: PostgresOptions): Settings {
  const { client, listen = client, schema = "halyard", migrate = true, history = {} } = options;
  const { keyWindow = "10m", maxBytes = MiB, retention = "1m", timeout = "10s" } = options;
  const { count = 10_000, age = "24h" } = history;
  if (!CLIENTS.includes(shapeOf(client))) throw noClient("client", client);
  if (!CLIENTS.includes(shapeOf(listen))) throw noClient("listen", listen);
  quoted(schema);
  return {
    client,
    listen,
    schema,
    migrate,
    count: whole(count, "postgres: history.count"),
    age: Math.min(Math.ceil(lasting(age, "postgres: history.age")), LONGEST),
    keyWindow: Math.min(Math.ceil(lasting(keyWindow, "postgres: keyWindow")), LONGEST),
    maxBytes: atMost(whole(maxBytes, "postgres: maxBytes"), 64 * MiB, "postgres: maxBytes"),
    retention: retention !== false && delay(retention, "postgres: retention"),
    timeout: delay(timeout, "postgres: timeout"),
  };
}

const delay = (value: Duration, what: string): number =>
  atMost(Math.ceil(lasting(value, what)), MAX_DELAY, what);

function atMost(value: number, most: number, what: string): number {
  if (value <= most) return value;
  throw new RealtimeError("INVALID_OPTIONS", `${what} is ${value}: at most ${most} is possible.`);
}
