/** The clients that may be passed in, by what is called of them. Their packages aren't imported, not even their types. */
import { RealtimeError } from "../../src/errors.js";

/** How `pg` is asked. Without values it sends the text as it is. */
interface PgQuery {
  readonly text: string;
  readonly rowMode: "array";
}

/** A connection of `pg`. */
export interface PgConnection {
  query(query: PgQuery): Promise<unknown>;
  on(event: "notification", listener: (message: unknown) => void): unknown;
  on(event: "error", listener: (error: unknown) => void): unknown;
  on(event: "end", listener: () => void): unknown;
  removeListener(event: string, listener: (...args: unknown[]) => void): unknown;
}

/** A `Client` of `pg`, connected, and used for nothing else meanwhile. */
export interface PgClient extends PgConnection {
  connect(): Promise<unknown>;
  end(): Promise<void>;
  readonly totalCount?: never;
}

/** A connection out of a pool. */
export interface PgPoolClient extends PgConnection {
  release(destroy?: boolean): void;
  readonly totalCount?: never;
}

/** A `Pool` of `pg`. */
export interface PgPool {
  connect(): Promise<PgPoolClient>;
  readonly totalCount: number;
  on(event: "error", listener: (error: unknown) => void): unknown;
  on(event: "remove", listener: (client: unknown) => void): unknown;
  removeListener(event: string, listener: (...args: unknown[]) => void): unknown;
}

/** What `postgres` gives for a query: it runs once it is awaited. */
interface PostgresJsQuery extends PromiseLike<unknown> {
  values(): PromiseLike<unknown>;
}

/** An `sql` of the package `postgres`. */
export interface PostgresJs {
  unsafe(text: string): PostgresJsQuery;
  listen(
    channel: string,
    hear: (payload: string) => void,
    listening?: () => void,
  ): PromiseLike<{ unlisten(): Promise<void> }>;
  readonly options: object;
}

/** What a `begin` of the package `postgres` gives. */
export interface PostgresJsTransaction {
  unsafe(text: string): PostgresJsQuery;
  savepoint: unknown;
}

interface PGliteExec {
  exec(text: string, options?: { rowMode?: "array" }): Promise<unknown>;
}

/** A PGlite: PostgreSQL within this process. */
export interface PGliteClient extends PGliteExec {
  listen(channel: string, hear: (payload: string) => void): Promise<unknown>;
  readonly transaction: unknown;
  readonly closed: boolean;
}

/** What a `transaction` of PGlite gives. */
export interface PGliteTransaction extends PGliteExec {
  rollback(): Promise<void>;
  readonly closed: boolean;
}

/** A client that the transport takes: `new Pool()` or `new Client()` of `pg`, `postgres()`, `new PGlite()`. */
export type PostgresClient = PgPool | PgClient | PostgresJs | PGliteClient;

/** A transaction that has begun: a client of `pg` after `BEGIN`; the argument of `sql.begin`, of `db.transaction`. */
export type PostgresTransaction = (PgPoolClient | PgClient) | PostgresJsTransaction | PGliteTransaction;

type Shape = "pool" | "client" | "postgres" | "pglite" | "postgres tx" | "pglite tx";

/** Which of them it is: told by its members, for there may be two copies of a package. */
export function shapeOf(value: unknown): Shape | undefined {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return undefined;
  const has = (name: string) => typeof (value as Record<string, unknown>)[name] === "function";
  if (has("exec")) return has("rollback") ? "pglite tx" : has("transaction") ? "pglite" : undefined;
  if (has("unsafe")) return has("savepoint") ? "postgres tx" : has("listen") ? "postgres" : undefined;
  if (!has("query") || !has("on")) return undefined;
  if ("totalCount" in value) return has("connect") ? "pool" : undefined;
  return has("connect") || has("release") ? "client" : undefined;
}

/** Refuses what is no client. */
export const noClient = (option: string, value: unknown) =>
  new RealtimeError(
    "INVALID_OPTIONS",
    `postgres: ${option} is ${described(value)}: give a Pool or Client of "pg", an sql of "postgres", or a PGlite.`,
  );

function described(value: unknown): string {
  const shape = shapeOf(value);
  if (shape) return `a transaction or a client of another kind (${shape})`;
  if (value === null || typeof value !== "object")
    return typeof value === "function" ? "a function" : String(value);
  return `an object with ${Object.keys(value).slice(0, 5).join(", ") || "nothing in it"}`;
}

/** Refuses what is no transaction. */
export const noTransaction = (value: unknown) =>
  new RealtimeError(
    "INVALID_OPTIONS",
    `postgres: tx is ${described(value)}: give a client of "pg" on which you ran BEGIN, or what sql.begin or db.transaction gave you.`,
  );
