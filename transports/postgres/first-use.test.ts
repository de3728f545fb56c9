import pg from "pg";
import postgresJs from "postgres";
import { describe, expect, it } from "vitest";
import { available } from "../brokers.test-support.js";
import { postgres } from "./index.js";
import { channelName, openLab, readAll, say } from "./lab.test-support.js";

describe.skipIf(!available("postgres"))("a transaction that comes first of all", () => {
  const { url, schema, pool, later, poolAt } = openLab("first");
  const open = (client: Parameters<typeof postgres>[0]["client"], of = schema) =>
    later(postgres({ client, schema: of }), (it) => it.close());

  it("may have the only connection", async () => {
    const channel = channelName();
    await say(open(pool), channel, "made the tables");

    const one = poolAt({ connectionString: url, max: 1 });
    const tx = await one.connect();
    await tx.query("BEGIN");
    await say(open(one), channel, "pg", tx);
    await tx.query("COMMIT");
    tx.release();

    const sql = later(postgresJs(url, { max: 1 }), (it) => it.end());
    const transport = open(sql);
    await sql.begin((tx) => say(transport, channel, "postgres.js", tx));
    expect((await readAll(open(pool), channel)).texts).toEqual(["made the tables", "pg", "postgres.js"]);
  });

  it("holds its own channels, and no other, though nothing was there before", async () => {
    const fresh = `${schema}_fresh`;
    later(fresh, () => pool.query(`DROP SCHEMA IF EXISTS "${fresh}" CASCADE`));
    const transport = open(pool, fresh);
    const channel = channelName();
    const tx = await pool.connect();
    await tx.query("BEGIN");
    await say(transport, channel, "inside", tx);
    const order: string[] = [];
    await say(transport, `${channel}:other`, "free").then(() => order.push("published"));
    await readAll(transport, `${channel}:third`).then(() => order.push("read"));
    await tx.query("COMMIT").then(() => order.push("committed"));
    tx.release();
    expect(order).toEqual(["published", "read", "committed"]);
    expect((await readAll(transport, channel)).texts).toEqual(["inside"]);
  });

  it("may be of the client itself", async () => {
    const channel = channelName();
    const client = later(new pg.Client(url), (it) => it.end());
    await client.connect();
    const transport = open(client);
    await client.query("BEGIN");
    await say(transport, channel, "undone", client);
    await client.query("ROLLBACK");
    await client.query("BEGIN");
    await say(transport, channel, "kept", client);
    await client.query("COMMIT");
    expect((await readAll(transport, channel)).texts).toEqual(["kept"]);
  });
});
