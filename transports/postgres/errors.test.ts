import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import postgresJs from "postgres";
import { describe, expect, it } from "vitest";
import { available, freePort, startPostgres } from "../brokers.test-support.js";
import type { PostgresClient } from "./clients.js";
import { startDoor } from "./door.test-support.js";
import { postgres } from "./index.js";
import {
  channelName,
  eventually,
  frame,
  listen,
  openLab,
  readAll,
  refused,
  say,
  waiting,
} from "./lab.test-support.js";
import { checkTables } from "./tables.js";

describe.skipIf(!available("postgres"))("what the database refuses", () => {
  const { url, schema, pool, later, poolAt } = openLab("errors");
  const open = (client: PostgresClient, options = {}) =>
    later(postgres({ client, schema, timeout: 5_000, ...options }), (it) => it.close());
  const transport = open(pool);

  /** The same address, with a part of it changed. */
  function address(change: (url: URL) => void): string {
    const changed = new URL(url);
    change(changed);
    return changed.href;
  }

  /** Both clients, at an address, and a transport on each. */
  const both = (address: string, options = {}) => [
    open(poolAt({ connectionString: address, ...options })),
    open(later(postgresJs(address, { connect_timeout: 3, ...options }), (it) => it.end({ timeout: 0 }))),
  ];

  /** Whatever is asked of it is refused, with the client's error as the cause. */
  async function refuses(it: typeof transport, why: RegExp, code?: string): Promise<void> {
    const calls = [
      () => say(it, "a", "no"),
      () => it.publish("a", [frame("no", { key: "k" })]),
      () => listen(it, "a"),
      () => listen(it, "a", "e.1"),
      () => readAll(it, "a"),
    ];
    for (const call of calls) {
      const error = await refused(call(), "TRANSPORT_FAILED", why);
      expect(error.cause).toMatchObject(code ? { code } : {});
      expect(error.cause).toBeInstanceOf(Error);
    }
  }

  it("no server at the address, or a name that is none", async () => {
    const port = String(await freePort());
    for (const it of both(address((url) => Object.assign(url, { hostname: "127.0.0.1", port })))) {
      await refuses(it, /couldn't .*"a": nothing listens at the server's address/, "ECONNREFUSED");
    }
    const nowhere = open(poolAt({ host: "no.such.host.invalid" }));
    await refused(say(nowhere, "a", "no"), "TRANSPORT_FAILED", /name is unknown|ENOTFOUND|EAI_AGAIN/);
  });

  it("no such database, no such user", async () => {
    for (const it of both(address((url) => Object.assign(url, { pathname: "/no_such_database" })))) {
      await refuses(it, /there is no such database/, "3D000");
    }
    for (const it of both(address((url) => Object.assign(url, { username: "no_such_user" })))) {
      await refuses(it, /the server refuses this user/, "28000");
    }
  });

  it("a database that is read-only", async () => {
    await say(transport, "a", "before");
    const options = "-c default_transaction_read_only=on";
    const it = open(poolAt({ connectionString: url, options }));
    await refused(say(it, "a", "no"), "TRANSPORT_FAILED", /read-only: it is a replica/);
    expect((await readAll(it, "a")).texts).toEqual(["before"]);
  });

  it("a role without permission, without a connection to spare, and one that has just what is needed", async () => {
    const channel = channelName();
    await say(transport, channel, "before");
    const role = `role_${schema}`;
    await pool.query(`CREATE ROLE ${role} LOGIN`);
    later(role, () => pool.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`));
    const [it, other] = both(address((url) => Object.assign(url, { username: role })));
    for (const each of [it, other]) {
      if (each)
        await refused(
          say(each, channel, "no"),
          "TRANSPORT_FAILED",
          /lacks a permission\. Grant it USAGE on the schema and its sequences/,
        );
    }
    await pool.query(`
      GRANT USAGE ON SCHEMA "${schema}" TO ${role};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "${schema}" TO ${role};
      GRANT USAGE ON ALL SEQUENCES IN SCHEMA "${schema}" TO ${role}`);
    for (const each of [it, other]) {
      if (!each) continue;
      const sink = await listen(each, channel);
      await each.publish(channelName(), [frame("to a new channel", { key: "k" })]);
      await say(each, channel, "after");
      await sink.count(1);
    }
    await pool.query(`ALTER ROLE ${role} CONNECTION LIMIT 0`);
    const [late] = both(address((url) => Object.assign(url, { username: role })));
    if (late) await refuses(late, /takes no more connections/, "53300");
  });

  it("a statement that takes too long, by the server's clock or by ours", async () => {
    const options = "-c statement_timeout=300";
    const short = open(poolAt({ connectionString: url, options }));
    const channel = channelName();
    await say(transport, channel, "before");
    const tx = await pool.connect();
    await tx.query("BEGIN");
    await say(transport, channel, "holds it", tx);
    await refused(say(short, channel, "no"), "TRANSPORT_FAILED", /canceled, by statement_timeout/);
    await tx.query("ROLLBACK");
    tx.release();

    const door = later(await startDoor(url), (it) => it.close());
    for (const it of both(door.url).map((_, i) => i)) {
      const client = it === 0 ? poolAt({ connectionString: door.url }) : postgresJs(door.url);
      const stalled = open(client, { timeout: 700 });
      await say(stalled, channel, "through");
      door.stall();
      await refused(
        say(stalled, channel, "stalled"),
        "TRANSPORT_FAILED",
        /no answer within 700 ms \(timeout\)/,
      );
      await door.cut();
      await door.mend();
      if (it === 1) later(client as postgresJs.Sql, (it) => it.end({ timeout: 0 }));
    }
  });

  it("nothing while the server is gone: what failed isn't stored once it is back", async () => {
    const door = later(await startDoor(url), (it) => it.close());
    const clients = [
      poolAt({ connectionString: door.url, max: 3 }),
      later(postgresJs(door.url, { max: 3, backoff: () => 2 }), (it) => it.end({ timeout: 0 })),
    ];
    for (const client of clients) {
      const it = open(client, { timeout: 600 });
      const channel = channelName();
      await say(it, channel, "before");
      await door.cut();
      // Some are refused at once; others wait, for a connection that is opened again later.
      for (let i = 0; i < 6; i++) {
        await refused(say(it, channel, `lost ${i}`), "TRANSPORT_FAILED", /couldn't publish/);
      }
      await door.mend();
      // All connections are open again then, and what waited for them is done.
      await eventually("many calls to be answered at once", async () => {
        const calls = Array.from({ length: 12 }, (_, i) => readAll(it, `${channel}:${i}`));
        return (await Promise.allSettled(calls)).every(({ status }) => status === "fulfilled");
      });
      expect((await readAll(transport, channel)).texts).toEqual(["before"]);
    }
  });

  it("a client that was ended, by whoever listens too", async () => {
    const own = new pg.Pool({ connectionString: url });
    const ended = open(own);
    const sink = await listen(ended, "a");
    await own.end();
    await sink.until("the sink to be told", () => sink.errors.length > 0);
    expect(sink.errors).toMatchObject([
      { code: "TRANSPORT_FAILED", cause: { message: /after calling end/ } },
    ]);
    const sql = postgresJs(url);
    const other = open(sql);
    await say(other, "a", "before");
    await sql.end();
    for (const it of [ended, other])
      await refuses(it, /the client was ended\. Close the transport before its client/);
  });

  it("a pool of one connection, for who listens", async () => {
    const one = open(poolAt({ connectionString: url, max: 1 }));
    await say(one, "a", "published");
    await refused(listen(one, "a"), "INVALID_OPTIONS", /the pool has one connection \(max: 1\)/);
    const two = open(poolAt({ connectionString: url, max: 1 }), { listen: pool });
    const sink = await listen(two, "a");
    await say(two, "a", "heard");
    await sink.count(1);
  });

  it("a Client of its own, which can't be opened again", async () => {
    const client = new pg.Client(url);
    client.on("error", () => {});
    await client.connect();
    const it = open(client);
    const channel = channelName();
    const sink = await listen(it, channel);
    await Promise.all(Array.from({ length: 10 }, (_, i) => say(it, channel, `${i}`)));
    await sink.count(10);
    const { rows } = await client.query("SELECT pg_backend_pid() AS pid");
    await pool.query("SELECT pg_terminate_backend($1)", [rows[0].pid]);
    await sink.until("the sink to be told", () => sink.errors.length > 0);
    expect(sink.errors).toMatchObject([{ code: "TRANSPORT_FAILED" }]);
    await refused(say(it, channel, "no"), "TRANSPORT_FAILED", /couldn't publish/);
  });

  it("connections that an administrator ends: publishing and listening go on", async () => {
    const own = poolAt({ connectionString: url, application_name: schema });
    const it = open(own);
    const channel = channelName();
    const sink = await listen(it, channel);
    const tx = await pool.connect();
    await tx.query("BEGIN");
    await say(transport, channel, "holds it", tx);
    const publishing = refused(
      say(it, channel, "cut off"),
      "TRANSPORT_FAILED",
      /the server is shutting down/,
    );
    await waiting(pool, schema);
    await pool.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", [
      schema,
    ]);
    await publishing;
    await tx.query("COMMIT");
    tx.release();
    await say(it, channel, "after");
    await sink.count(2);
    expect(sink.gaps).toEqual([]);
  });

  it("a server that is too old, and an encoding that can't hold every name", async () => {
    const old = checkTables(async () => [["120017", "UTF8", "false"]], schema, true);
    await refused(old, "TRANSPORT_FAILED", /the server is PostgreSQL 12: 13 or later is needed/);
    const name = `latin_${schema}`;
    await pool.query(
      `CREATE DATABASE ${name} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`,
    );
    later(name, () => pool.query(`DROP DATABASE ${name} WITH (FORCE)`));
    const latin = open(
      poolAt({ connectionString: address((url) => Object.assign(url, { pathname: name })) }),
    );
    await refused(
      say(latin, "a", "no"),
      "TRANSPORT_FAILED",
      /encoding is LATIN1: make it with ENCODING 'UTF8'/,
    );
  });

  it("a wrong password", async () => {
    const server = later(await startPostgres(), (it) => it.stop());
    const at = (password: string) => {
      const changed = new URL(server.url);
      changed.password = password;
      return changed.href;
    };
    const admin = poolAt({ connectionString: server.url, max: 1 });
    await admin.query("ALTER ROLE postgres PASSWORD 'right'");
    const file = path.join(server.folder, "data", "pg_hba.conf");
    writeFileSync(file, readFileSync(file, "utf8").replaceAll(/\btrust$/gm, "scram-sha-256"));
    appendFileSync(file, "\n");
    await admin.query("SELECT pg_reload_conf()");
    for (const it of both(at("wrong"))) await refuses(it, /the password is wrong/, "28P01");
    for (const it of both(at("right"))) await say(it, "a", "in");
  }, 120_000);

  it("options that are none", async () => {
    const wrong: [object, RegExp][] = [
      [
        { client: undefined },
        /client is undefined: give a Pool or Client of "pg", an sql of "postgres", or a PGlite/,
      ],
      [{ client: url }, /client is postgres:/],
      [{ client: pg.Pool }, /client is a function/],
      [{ client: { query() {} } }, /client is an object with query/],
      [{ client: pool, listen: {} }, /listen is an object with nothing in it/],
      [{ client: pool, schema: 'a"b' }, /schema is "a\\"b": give 1 to 48 of/],
      [{ client: pool, schema: "" }, /schema is ""/],
      [{ client: pool, history: { count: 0 } }, /history\.count is 0/],
      [{ client: pool, maxBytes: 2 ** 30 }, /maxBytes is 1073741824: at most 67108864/],
      [{ client: pool, timeout: "1y" }, /timeout is "1y"/],
      [{ client: pool, retention: 0 }, /retention is 0: give a duration above 0/],
    ];
    for (const [options, why] of wrong) {
      expect(() => postgres(options as never)).toThrow(expect.objectContaining({ code: "INVALID_OPTIONS" }));
      expect(() => postgres(options as never)).toThrow(why);
    }
  });
});
