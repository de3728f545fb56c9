import pg from "pg";
import postgresJs from "postgres";
import { afterAll, beforeAll, describe, it } from "vitest";
import { available, brokerUrl } from "../brokers.test-support.js";
import { type ConformanceSetup, transportConformance } from "../conformance/index.js";
import { createLogTransport } from "../log/transport.js";
import type { PostgresClient } from "./clients.js";
import { type Door, startDoor } from "./door.test-support.js";
import { postgres } from "./index.js";
import { openLog } from "./log.js";
import { readOptions } from "./options.js";
import { openPGlite } from "./pglite.test-support.js";

const schema = `conformance_${crypto.randomUUID().slice(0, 8)}`;

/** What each transport of the suite holds. */
const held = new WeakMap<object, () => Record<string, number>>();

const resources = (transport: object) => {
  const { rooms = 0, members = 0, timers = 0 } = held.get(transport)?.() ?? {};
  return rooms + members + timers;
};

/** As `postgres()`, counted. */
function create(client: PostgresClient) {
  const options = { client, schema, timeout: 3_000 };
  const { name, supports } = postgres(options);
  const { transport, held: count } = createLogTransport({
    name,
    supports,
    log: openLog(readOptions(options)),
  });
  held.set(transport, count);
  return transport;
}

/** Leaves a transaction when it ends, as a client's own callback does. */
function ending() {
  const rolledBack = new Error("rolled back");
  let end = (_: boolean) => {};
  const commits = new Promise<boolean>((resolve) => {
    end = resolve;
  });
  const wait = async () => {
    if (!(await commits)) throw rolledBack;
  };
  const settled = (done: Promise<unknown>) =>
    done.then(
      () => {},
      (error) => {
        if (error !== rolledBack) throw error;
      },
    );
  return { wait, settled, end };
}

describe.skipIf(!available("postgres"))("PostgreSQL", () => {
  const url = available("postgres") ? brokerUrl("postgres") : "";
  let door: Door;

  beforeAll(async () => {
    door = await startDoor(url);
  });

  afterAll(async () => {
    await door.close();
    const client = new pg.Client(url);
    await client.connect();
    await client.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
    await client.end();
  });

  const outage = { begin: () => door.cut(), end: () => door.mend() };

  transportConformance({
    describe,
    it,
    name: "pg",
    supports: create(new pg.Pool()).supports,
    factory(): ConformanceSetup {
      const pools = [0, 1, 2].map((i) => new pg.Pool({ connectionString: i < 2 ? door.url : url, max: 10 }));
      const [here, there, own] = pools as [pg.Pool, pg.Pool, pg.Pool];
      return {
        transport: create(here),
        peer: create(there),
        outage,
        async transaction() {
          const tx = await own.connect();
          await tx.query("BEGIN");
          const end = (how: string) => tx.query(how).then(() => tx.release());
          return { tx, commit: () => end("COMMIT"), rollback: () => end("ROLLBACK") };
        },
        cleanup: async () => void (await Promise.all(pools.map((pool) => pool.end()))),
      };
    },
    resources,
    deadline: 10_000,
  });

  transportConformance({
    describe,
    it,
    name: "postgres.js",
    supports: create(postgresJs()).supports,
    factory(): ConformanceSetup {
      const all = [0, 1, 2].map((i) =>
        postgresJs(i < 2 ? door.url : url, { max: 10, connect_timeout: 2, backoff: () => 0.3 }),
      );
      const [here, there, own] = all as [postgresJs.Sql, postgresJs.Sql, postgresJs.Sql];
      return {
        transport: create(here),
        peer: create(there),
        outage,
        transaction: () =>
          new Promise((resolve, reject) => {
            const { wait, settled, end } = ending();
            const done = own.begin(async (tx) => {
              const finish = (commits: boolean) => () => {
                end(commits);
                return settled(done);
              };
              resolve({ tx, commit: finish(true), rollback: finish(false) });
              await wait();
            });
            done.catch(reject);
          }),
        cleanup: async () => void (await Promise.all(all.map((sql) => sql.end({ timeout: 1 })))),
      };
    },
    resources,
    deadline: 10_000,
  });
});

describe("PGlite", () => {
  let db: Awaited<ReturnType<typeof openPGlite>>;
  beforeAll(async () => {
    db = await openPGlite();
  }, 60_000);
  afterAll(() => db.close());

  /** It has one connection: beside a transaction, nothing goes on that the suite could try. See tx.test.ts. */
  const withoutTransactions = () => {
    const transport = create(db);
    const supports = { ...transport.supports, transactions: false };
    const without = { ...transport, supports };
    held.set(without, held.get(transport) ?? (() => ({})));
    return without;
  };

  transportConformance({
    describe,
    it,
    name: "PGlite",
    supports: { replay: true, keys: 600_000, maxBytes: 1_048_576, shared: false, transactions: false },
    factory: () => ({ transport: withoutTransactions(), peer: withoutTransactions() }),
    resources,
    deadline: 10_000,
  });
});
