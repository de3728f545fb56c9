/** Hearing by `pg`: a connection out of the pool, or the client itself. */
import { RealtimeError } from "../../src/errors.js";
import { Backoff } from "../log/backoff.js";
import type { PgClient, PgConnection, PgPool, PgPoolClient } from "./clients.js";
import type { Ear, Hearing } from "./ear.js";
import { isOver } from "./failures.js";
import { checkOut, giveBack, runConnection } from "./pg.js";
import { inTurn } from "./turns.js";

type Source = { readonly pool: PgPool } | { readonly client: PgClient };

/** A connection that listens, and what ends that. */
interface Line {
  readonly connection: PgConnection;
  readonly heard: Set<string>;
  leave(broken: boolean): void;
}

export class PgEar implements Ear {
  readonly #source: Source;
  readonly #hearing: Hearing;
  readonly #timeout: number;
  readonly #backoff = new Backoff();
  /** What is to be heard; may still hold what was needed a moment ago. */
  readonly #names = new Set<string>();
  #line: Line | undefined;
  #settling: Promise<void> | undefined;
  #isClosed = false;

  constructor(source: Source, hearing: Hearing, timeout: number) {
    this.#source = source;
    this.#hearing = hearing;
    this.#timeout = timeout;
    if ("pool" in source) source.pool.on("remove", this.#onRemove);
  }

  async add(name: string): Promise<void> {
    this.#names.add(name);
    if (this.#line?.heard.has(name)) return;
    await this.#settle();
    // It may have come while the others were being listened to.
    if (!this.#line?.heard.has(name)) await this.#settle();
  }

  async check(needed: ReadonlySet<string>): Promise<void> {
    // A pool whose only connection is this one says nothing when it is ended, and waits.
    this.#onRemove();
    const line = this.#line;
    if (!line || this.#settling) return;
    for (const name of this.#names) if (!needed.has(name)) this.#names.delete(name);
    const gone = [...line.heard].filter((name) => !needed.has(name));
    for (const name of gone) line.heard.delete(name);
    try {
      await this.#run(line.connection, ["SELECT 1", ...gone.map((name) => `UNLISTEN "${name}"`)]);
    } catch {
      this.#lose(line);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#backoff.wake();
    if ("pool" in this.#source) this.#source.pool.removeListener("remove", this.#onRemove);
    const line = this.#line;
    this.#line = undefined;
    if (line && "client" in this.#source && line.heard.size > 0) {
      // It is the user's, who may go on using it. If it is gone, so is what it listened to.
      const names = [...line.heard].map((name) => `UNLISTEN "${name}"`);
      await this.#run(line.connection, names).catch(() => {});
    }
    line?.leave(true);
  }

  /** A pool that is being ended waits for all its connections, this one too. */
  readonly #onRemove = (): void => {
    if (!("pool" in this.#source) || (this.#source.pool as { ending?: unknown }).ending !== true) return;
    this.#line?.leave(true);
    this.#line = undefined;
    this.#hearing.over(new Error("Cannot use a pool after calling end on the pool"));
  };

  /** Makes the connection listen to all names. */
  #settle(): Promise<void> {
    this.#settling ??= this.#listen().finally(() => {
      this.#settling = undefined;
    });
    return this.#settling;
  }

  async #listen(): Promise<void> {
    // What is added in this tick goes in one message.
    await Promise.resolve();
    const line = this.#line ?? (await this.#open());
    const names = [...this.#names].filter((name) => !line.heard.has(name));
    if (names.length === 0) return;
    try {
      await this.#run(
        line.connection,
        names.map((name) => `LISTEN "${name}"`),
      );
    } catch (error) {
      this.#lose(line);
      throw error;
    }
    for (const name of names) line.heard.add(name);
  }

  async #open(): Promise<Line> {
    const connection = await this.#connect();
    const onNotification = (message: unknown) => {
      const { payload } = (message ?? {}) as { payload?: unknown };
      if (typeof payload === "string") this.#hearing.hear(payload);
    };
    const onEnd = () => this.#lose(line);
    const line: Line = {
      connection,
      heard: new Set(),
      leave: (broken) => {
        connection.removeListener("notification", onNotification);
        connection.removeListener("error", onEnd);
        connection.removeListener("end", onEnd);
        if ("pool" in this.#source) giveBack(connection as PgPoolClient, broken);
      },
    };
    if (this.#isClosed) {
      line.leave(false);
      throw new RealtimeError("CLOSED", "postgres: the transport is closed.");
    }
    connection.on("notification", onNotification);
    connection.on("error", onEnd);
    connection.on("end", onEnd);
    this.#line = line;
    return line;
  }

  async #connect(): Promise<PgConnection> {
    if ("client" in this.#source) return this.#source.client;
    const { pool } = this.#source;
    const { max } = ((pool as { options?: { max?: unknown } }).options ?? {}) as { max?: unknown };
    if (max === 1) {
      throw new RealtimeError(
        "INVALID_OPTIONS",
        "postgres: the pool has one connection (max: 1), which listening would keep. Give it 2 or more, or give listen a client.",
      );
    }
    return checkOut(pool, this.#timeout);
  }

  #run(connection: PgConnection, statements: readonly string[]): Promise<unknown> {
    return inTurn(connection)(() => runConnection(connection, statements.join(";"), this.#timeout));
  }

  #lose(line: Line): void {
    if (this.#line !== line) return;
    this.#line = undefined;
    line.leave(true);
    if (this.#isClosed) return;
    if ("client" in this.#source) {
      this.#hearing.over(new Error("The connection of the pg Client was lost; a Pool would open another."));
    } else void this.#reopen();
  }

  /** Tries until it listens again, or nobody needs it to. Never rejects. */
  async #reopen(): Promise<void> {
    while (!this.#isClosed && this.#names.size > 0) {
      await this.#backoff.wait();
      try {
        if (!this.#isClosed) await this.#settle();
      } catch (error) {
        if (isOver(error)) return this.#hearing.over(error);
        if (!this.#isClosed) this.#hearing.failed(error);
        continue;
      }
      this.#backoff.reset();
      return this.#hearing.missed();
    }
  }
}
