/** A database, whatever client it is asked by. */
import { type Rows, runPGlite, runPostgresJs } from "./answers.js";
import {
  noClient,
  noTransaction,
  type PGliteClient,
  type PGliteTransaction,
  type PgConnection,
  type PgPool,
  type PostgresClient,
  type PostgresJs,
  type PostgresJsTransaction,
  shapeOf,
} from "./clients.js";
import { runConnection, runPool } from "./pg.js";
import { inTurn } from "./turns.js";
import { within } from "./within.js";

/** Runs a text of statements; the rows of the last one. Rejects with what the client says. */
export type Run = (text: string) => Promise<Rows>;

export interface Database {
  /** Each call is a transaction of its own, and settles in bounded time. */
  readonly run: Run;
  /** It is in this process, and has one connection: what waits for a transaction of the user's waits for the user. */
  readonly embedded: boolean;
  /** Lets go of the client. */
  release(): void;
}

const nothing = () => {};

/** Opens nothing by itself: the client does, when it is asked. */
export function openDatabase(client: PostgresClient, timeout: number): Database {
  switch (shapeOf(client)) {
    case "pool": {
      const pool = client as PgPool;
      // A connection that breaks while nobody uses it is replaced. Unheard, its error would end the process.
      pool.on("error", nothing);
      const release = () => pool.removeListener("error", nothing);
      return { run: (text) => runPool(pool, text, timeout), embedded: false, release };
    }
    case "client": {
      const connection = client as PgConnection;
      connection.on("error", nothing);
      const release = () => connection.removeListener("error", nothing);
      const take = inTurn(connection);
      return {
        run: (text) => {
          let isLate = false;
          const task = async () => (isLate ? [] : runConnection(connection, text, timeout));
          // Waiting for one's turn counts: on a line that is dead, each turn takes all of its time.
          return within(take(task), timeout, () => {
            isLate = true;
          });
        },
        embedded: false,
        release,
      };
    }
    case "postgres":
      return {
        run: (text) => runPostgresJs(client as PostgresJs, text, timeout),
        embedded: false,
        release: nothing,
      };
    case "pglite":
      return {
        run: (text) => runPGlite(client as PGliteClient, text, timeout),
        embedded: true,
        release: nothing,
      };
    default:
      throw noClient("client", client);
  }
}

/** Runs texts in a transaction of the caller's, however long its locks take: the caller's own time limits hold. */
export function inTransaction(tx: unknown): Run {
  switch (shapeOf(tx)) {
    case "client": {
      const connection = tx as PgConnection;
      return (text) => inTurn(connection)(() => runConnection(connection, text, undefined));
    }
    case "postgres tx":
      return (text) => runPostgresJs(tx as PostgresJsTransaction, text, undefined);
    case "pglite tx":
      return (text) => runPGlite(tx as PGliteTransaction, text, undefined);
    default:
      throw noTransaction(tx);
  }
}
