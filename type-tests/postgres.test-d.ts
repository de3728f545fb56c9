/** Publishing in a transaction: the types of `tx` that the Postgres transport takes. */
import { realtime, staticSchema } from "halyard";
import { createRealtime } from "halyard/server";
import { memory } from "halyard/transports/memory";
import { type PostgresOptions, type PostgresTransaction, postgres } from "halyard/transports/postgres";
import pg from "pg";
import postgresJs from "postgres";
import { expectAssignable, expectNotAssignable } from "tsd";

const orders = realtime.channel({
  name: "orders",
  topics: { paid: { schema: staticSchema<{ id: string }>() } },
});
const pool = new pg.Pool();
const sql = postgresJs();
const connection = await pool.connect();
const app = createRealtime({ transport: postgres({ client: pool }) });

// What may be a client, and what may be a transaction.
expectAssignable<PostgresOptions["client"]>(pool);
expectAssignable<PostgresOptions["client"]>(new pg.Client());
expectAssignable<PostgresOptions["client"]>(sql);
expectNotAssignable<PostgresOptions["client"]>("postgres://localhost");
expectAssignable<PostgresTransaction>(new pg.Client());
expectAssignable<PostgresTransaction>(connection);
sql.begin((tx) => {
  expectAssignable<PostgresTransaction>(tx);
  return app.publish(orders.paid, { id: "1" }, { tx });
});

await app.publish(orders.paid, { id: "1" }, { tx: connection, key: "paid" });
await app.publishMany([[orders.paid, { id: "1" }, { tx: connection }]]);

// A pool, or the client of no transaction, is none.
expectNotAssignable<PostgresTransaction>(pool);
expectNotAssignable<PostgresTransaction>(sql);
// @ts-expect-error no transaction of this transport's
app.publish(orders.paid, { id: "1" }, { tx: pool });
// @ts-expect-error no transaction of this transport's
app.publish(orders.paid, { id: "1" }, { tx: sql });
// @ts-expect-error no transaction of this transport's
app.publish(orders.paid, { id: "1" }, { tx: "BEGIN" });

// Nor does a transport take one that can't be part of it.
const inMemory = createRealtime({ transport: memory() });
// @ts-expect-error no transaction of this transport's
inMemory.publish(orders.paid, { id: "1" }, { tx: connection });
