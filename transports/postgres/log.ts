/** The log that a database keeps. */
import type { Frame } from "../../src/frame.js";
import { parsePosition } from "../../src/position.js";
import type { HistoryQuery, PublishAt } from "../../src/transport.js";
import type { Log } from "../log/log.js";
import { type Rows, textsOf } from "./answers.js";
import { type Batch, batchOf } from "./batch.js";
import { inTransaction, openDatabase, type Run } from "./database.js";
import { failure, isConflict, isMissing } from "./failures.js";
import { Hub, notifyName, slotOf } from "./hub.js";
import { quoted } from "./migrations.js";
import type { Settings } from "./options.js";
import { endOf, isStale, pageOf } from "./page.js";
import { Retention } from "./retention.js";
import { call, escapeText } from "./sql.js";
import { checkTables, hasTables, READ_COMMITTED } from "./tables.js";
import { Together } from "./together.js";

/** Fails with 25P01 where there is no transaction, which nothing else tells for certain. */
const IN_TRANSACTION = "SAVEPOINT halyard; RELEASE SAVEPOINT halyard; ";

/** Positions reach from 0 up to here. */
const MAX = Number.MAX_SAFE_INTEGER;

/** Messages of a page: an integer of SQL. */
const MAX_LIMIT = 2 ** 31 - 1;

/** Opens nothing: the first call does. */
export function openLog(settings: Settings): Log & { sweep(): Promise<void> } {
  const { client, listen, schema, migrate, timeout } = settings;
  const s = quoted(schema);
  const database = openDatabase(client, timeout);
  const hub = new Hub(listen, timeout);
  const retention = new Retention(database.run, s, settings);
  let tables: Promise<void> | undefined;
  let isReady = false;
  let isolation = "";

  /** Resolves once the tables are there. What failed is tried again by who comes next. */
  function ready(): Promise<void> {
    tables ??= prepare().catch((error) => {
      tables = undefined;
      throw error;
    });
    return tables;
  }

  function forget(): void {
    tables = undefined;
    isReady = false;
  }

  async function prepare(): Promise<void> {
    await checkTables(database.run, schema, migrate);
    // Here, and not in a transaction of a caller's, which would hold all channels up that need the epoch.
    await database.run(`${READ_COMMITTED}SELECT ${s}.renew(false)`);
    isReady = true;
    retention.start();
  }

  /**
   * What prepares the tables needs a connection, and the caller's transaction may have the only one: PGlite's, or that of a
   * pool with one. So nothing is waited for where the tables are there.
   */
  async function readyIn(by: Run): Promise<void> {
    if (isReady) return;
    if (database.embedded) await checkTables(by, schema, migrate);
    // What fails is told to who next needs it.
    else if (await hasTables(by, schema)) ready().catch(() => {});
    else {
      await ready();
      // A session learns of functions that others made when it locks a table that it hadn't, or begins a transaction.
      await by(`SELECT FROM ${s}.meta LIMIT 0`);
    }
  }

  /** Runs it, once more where the tables are gone: they were dropped, and are to be made again. */
  async function ask<T>(what: string, run: () => Promise<T>): Promise<T> {
    try {
      await ready();
      try {
        return await run();
      } catch (error) {
        if (!isMissing(error)) throw error;
        forget();
        await ready();
        return await run();
      }
    } catch (error) {
      throw failure(what, error, schema, database.embedded);
    }
  }

  /** In the caller's transaction, nothing is tried again: it has failed with the first error. */
  async function askIn<T>(tx: unknown, what: string, run: (by: Run) => Promise<T>): Promise<T> {
    const by = inTransaction(tx);
    try {
      await readyIn(by);
      return await run((sql) => by(IN_TRANSACTION + sql));
    } catch (error) {
      if (isMissing(error)) forget();
      throw failure(what, error, schema, database.embedded);
    }
  }

  /** A statement of its own, run again where the database's default is to refuse it if others publish meanwhile. */
  const alone: Run = async (sql) => {
    const tried = isolation;
    try {
      return await database.run(tried + sql);
    } catch (error) {
      if (!isConflict(error) || tried !== "") throw error;
      isolation = READ_COMMITTED;
      return database.run(isolation + sql);
    }
  };

  const together = new Together(alone, timeout);

  function prepared(channel: string, frames: readonly Frame[]): Promise<Batch> {
    const slot = slotOf(channel);
    const { keyWindow } = settings;
    return batchOf({ schema: s, channel, slot, notify: notifyName(schema, slot), keyWindow }, frames);
  }

  async function query(
    channel: string,
    after: string | undefined,
    limit: number,
    maxBytes: number,
  ): Promise<Rows> {
    const { epoch = "", offset = 0 } = parsePosition(after ?? "") ?? {};
    const args = [escapeText(channel), slotOf(channel), epoch, offset, limit, maxBytes];
    const sql = `SELECT * FROM ${call(`${s}.read`, [...args, settings.count, settings.age])}`;
    const rows = await database.run(sql);
    if (!isStale(rows)) return rows;
    await database.run(`${READ_COMMITTED}SELECT ${s}.renew(false)`);
    return database.run(sql);
  }

  return {
    append(channel, frames, at?: PublishAt) {
      const what = `publish to "${channel}"`;
      if (!at) return ask(what, async () => together.store(await prepared(channel, frames)));
      return askIn(at.tx, what, async (run) => {
        const { calls, results } = await prepared(channel, frames);
        const [row] = await run(`SELECT ${calls(0)}`);
        return results(textsOf(row));
      });
    },

    async read(channel, { after, limit, maxBytes = MAX }: HistoryQuery) {
      const rows = await ask(`read "${channel}"`, () =>
        query(channel, after, Math.min(limit, MAX_LIMIT), maxBytes),
      );
      return pageOf(rows, { after, limit });
    },

    async end(channel) {
      return endOf(await ask(`read "${channel}"`, () => query(channel, undefined, 0, 0)));
    },

    watch(channel, watcher) {
      return ask(`listen to "${channel}"`, () =>
        hub.watch(channel, notifyName(schema, slotOf(channel)), watcher),
      );
    },

    reportTo(report) {
      const tell = (what: string) => (error: unknown) =>
        report(failure(what, error, schema, database.embedded));
      retention.failed = tell("remove what isn't kept any more");
      hub.failed = tell("listen, so that messages come late: it is tried again");
    },

    async close() {
      retention.stop();
      await hub.close();
      database.release();
    },

    sweep: () => retention.sweep(),
  };
}
