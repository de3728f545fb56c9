/** A transport on PostgreSQL, or on PGlite within this process. */

import type { LogTransport } from "../log/index.js";
import { logTransport } from "../log/index.js";
import type { PostgresTransaction } from "./clients.js";
import { shapeOf } from "./clients.js";
import { openLog } from "./log.js";
import { type PostgresOptions, readOptions } from "./options.js";

export type { PostgresClient, PostgresTransaction } from "./clients.js";
export { type PostgresMigration, postgresMigrations } from "./migrations.js";
export type { PostgresOptions } from "./options.js";

/** What the Postgres transport can do. */
export interface PostgresSupports {
  readonly replay: true;
  /** Milliseconds for which an idempotency key is remembered: the option `keyWindow`. */
  readonly keys: number;
  /** The option `maxBytes`. */
  readonly maxBytes: number;
  /** `false` with PGlite, which is in this process. */
  readonly shared: boolean;
  readonly transactions: true;
  /** Not there at run time: the type of `tx` in `publish(ref, data, { tx })`. */
  readonly "~tx"?: PostgresTransaction;
}

/** The Postgres transport: it always has a history. */
export type PostgresTransport = LogTransport<PostgresSupports>;

/**
 * A transport on PostgreSQL 13 or later, by the client that you have; or on PGlite, which is embedded and durable.
 * It makes its tables at first use. Nothing is opened before that.
 *
 * Throws `INVALID_OPTIONS`.
 *
 * @example
 * ```ts
 * const app = createRealtime({ transport: postgres({ client: new Pool({ connectionString }) }) });
 * await app.publish(ch.status, { message: "Paid" }, { tx });
 * ```
 */
export function postgres(options: PostgresOptions): PostgresTransport {
  const settings = readOptions(options);
  const supports: PostgresSupports = {
    replay: true,
    keys: settings.keyWindow,
    maxBytes: settings.maxBytes,
    shared: shapeOf(settings.client) !== "pglite",
    transactions: true,
  };
  return logTransport({ name: "postgres", supports, log: openLog(settings) });
}
