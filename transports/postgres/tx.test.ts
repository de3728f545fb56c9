import pg from "pg";
import postgresJs from "postgres";
import { describe, expect, it } from "vitest";
import { available } from "../brokers.test-support.js";
import { postgres } from "./index.js";
import {
  channelName,
  frame,
  frames,
  idOf,
  listen,
  offsetOf,
  openLab,
  readAll,
  refused,
  say,
  textsOf,
  waiting,
} from "./lab.test-support.js";

describe.skipIf(!available("postgres"))("publishing in a transaction", () => {
  const { url, schema, pool, later } = openLab("tx");
  const transport = later(postgres({ client: pool, schema }), (it) => it.close());
  const sql = later(postgresJs(url), (it) => it.end());

  /** Runs a task between BEGIN and COMMIT, or ROLLBACK where it throws. */
  async function within<T>(task: (tx: pg.PoolClient) => Promise<T>, begin = "BEGIN"): Promise<T> {
    const tx = await pool.connect();
    try {
      await tx.query(begin);
      const value = await task(tx);
      await tx.query("COMMIT");
      return value;
    } catch (error) {
      await tx.query("ROLLBACK");
      throw error;
    } finally {
      tx.release();
    }
  }

  it("shows readers no hole, however transactions overlap", async () => {
    const channel = channelName();
    const sink = await listen(transport, channel);
    const committed = new Map<string, string>();
    let isDone = false;
    const reading = (async () => {
      let position = sink.subscription.position;
      const seen: string[] = [];
      for (let last = false; ; last = isDone) {
        const page = await readAll(transport, channel, position);
        expect(page.gaps).toEqual([]);
        seen.push(...page.ids);
        position = page.position;
        if (last) return seen;
      }
    })();
    const write = async (writer: number) => {
      for (let i = 0; i < 15; i++) {
        const isUndone = (writer + i) % 4 === 0;
        const ids: [string, string][] = [];
        const task = within(async (tx) => {
          const batch = frames(1 + (i % 3), `${writer}.${i}.`);
          const results = await transport.publish(channel, batch, { tx });
          for (const [at, { payload }] of batch.entries()) ids.push([idOf(results[at]), payload]);
          await tx.query(`SELECT pg_sleep(${(writer % 3) / 1000})`);
          if (isUndone) throw new Error("undone");
        });
        await task.catch((error: Error) => expect(error.message).toBe("undone"));
        if (!isUndone) for (const [id, payload] of ids) committed.set(id, payload);
      }
    };
    await Promise.all([0, 1, 2, 3, 4, 5].map(write));
    isDone = true;
    const seen = await reading;
    await sink.until("all that was committed to come", () => sink.ids.length >= committed.size);

    const order = [...committed.keys()].sort((a, b) => offsetOf(a) - offsetOf(b));
    expect(sink.ids).toEqual(order);
    expect(sink.payloads).toEqual(order.map((id) => committed.get(id)));
    expect(sink.gaps).toEqual([]);
    expect(seen).toEqual(order);
    // Offsets are given out again when their transaction is undone, so there is none missing.
    expect(order.map(offsetOf)).toEqual(order.map((_, i) => offsetOf(order[0] ?? "") + i));
  });

  it("loses what a savepoint took back, and only that", async () => {
    const channel = channelName();
    const sink = await listen(transport, channel);
    await within(async (tx) => {
      await say(transport, channel, "kept", tx);
      await tx.query("SAVEPOINT mine");
      await transport.publish(channel, [frame("undone"), frame("undone", { key: "k" })], { tx });
      await tx.query("ROLLBACK TO SAVEPOINT mine");
      await transport.publish(channel, [frame("after", { key: "k" })], { tx });
    });
    await sink.count(2);
    await sql.begin(async (tx) => {
      await say(transport, channel, "kept by postgres.js", tx);
      const undone = tx.savepoint(async (inner) => {
        await say(transport, channel, "undone", inner);
        throw new Error("undone");
      });
      await expect(undone).rejects.toThrow("undone");
    });
    await sink.count(3);
    expect(textsOf(sink.payloads)).toEqual(["kept", "after", "kept by postgres.js"]);
    expect((await readAll(transport, channel)).ids).toEqual(sink.ids);
  });

  it("holds its channels until it ends, and no other", async () => {
    const channel = channelName();
    const order: string[] = [];
    let outside: Promise<string> | undefined;
    const id = await within(async (tx) => {
      const id = await say(transport, channel, "inside", tx);
      outside = say(transport, channel, "outside");
      outside.then(() => order.push("outside"));
      await waiting(pool, schema);
      await say(transport, `${channel}:other`, "free");
      order.push("commit");
      return id;
    });
    const after = (await outside) ?? "";
    expect(order).toEqual(["commit", "outside"]);
    expect(offsetOf(after)).toBe(offsetOf(id) + 1);
    expect((await readAll(transport, channel)).texts).toEqual(["inside", "outside"]);
  });

  it("lets others give up in time, who then store nothing", async () => {
    const channel = channelName();
    const hasty = later(postgres({ client: pool, schema, timeout: 500 }), (it) => it.close());
    await say(hasty, channel, "first");
    await within(async (tx) => {
      await say(transport, channel, "inside", tx);
      await refused(
        say(hasty, channel, "outside"),
        "TRANSPORT_FAILED",
        /a transaction that published to the channel/,
      );
    });
    await say(hasty, channel, "last");
    expect((await readAll(transport, channel)).texts).toEqual(["first", "inside", "last"]);
  });

  it("tells a deadlock as a conflict, after which the transaction can be run again", async () => {
    const [a, b] = [channelName(), channelName()];
    let arrived = 0;
    let meet = () => {};
    const met = new Promise<void>((resolve) => {
      meet = resolve;
    });
    const run = (first: string, second: string) =>
      within(async (tx) => {
        await say(transport, first, `first of ${first}`, tx);
        if (++arrived === 2) meet();
        await met;
        await say(transport, second, `second of ${first}`, tx);
      });
    const outcomes = await Promise.allSettled([run(a, b), run(b, a)]);
    const lost = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(lost.map(({ reason }) => [reason.code, reason.cause.code])).toEqual([
      ["TRANSACTION_CONFLICT", "40P01"],
    ]);
    await (outcomes[0]?.status === "rejected" ? run(a, b) : run(b, a));
    const counts = await Promise.all(
      [a, b].map(async (channel) => (await readAll(transport, channel)).texts.length),
    );
    expect(counts).toEqual([2, 2]);
  });

  it("refuses a snapshot that is older than the channel's last message", async () => {
    for (const level of ["REPEATABLE READ", "SERIALIZABLE"]) {
      const [known, fresh, free] = [channelName(), channelName(), channelName()];
      await say(transport, known, "before");
      for (const channel of [known, fresh]) {
        const late = within(async (tx) => {
          await tx.query("SELECT 1");
          await say(transport, channel, "meanwhile");
          await say(transport, channel, "too late", tx);
        }, `BEGIN ISOLATION LEVEL ${level}`);
        const error = await refused(late, "TRANSACTION_CONFLICT", /Run it again from its start/);
        expect(error.cause).toMatchObject({ code: "40001" });
      }
      await within((tx) => say(transport, free, "in time", tx), `BEGIN ISOLATION LEVEL ${level}`);
      expect((await readAll(transport, fresh)).texts).toEqual(["meanwhile"]);
      expect((await readAll(transport, free)).texts).toEqual(["in time"]);
    }
  });

  it("publishes outside of one whatever the database's default isolation is", async () => {
    const channel = channelName();
    for (const level of ["repeatable\\ read", "serializable"]) {
      const options = `-c default_transaction_isolation=${level}`;
      const strict = later(new pg.Pool({ connectionString: url, options }), (it) => it.end());
      const name = `${schema}_${level.replace(/\W/g, "")}`;
      later(name, () => pool.query(`DROP SCHEMA "${name}" CASCADE`));
      const servers = Array.from({ length: 5 }, () =>
        later(postgres({ client: strict, schema: name }), (it) => it.close()),
      );
      const all = servers.flatMap((server) =>
        Array.from({ length: 10 }, (_, i) => say(server, channel, `${i}`)),
      );
      expect(new Set(await Promise.all(all)).size).toBe(50);
    }
  });

  it("refuses a key with other content without harm to the transaction", async () => {
    const channel = channelName();
    await transport.publish(channel, [frame("one", { key: "k" })]);
    await within(async (tx) => {
      const [first, second, third] = await transport.publish(
        channel,
        [frame("before", { key: "l" }), frame("two", { key: "k" }), frame("one", { key: "k" })],
        { tx },
      );
      expect([first, third]).toMatchObject([{ duplicate: false }, { duplicate: true }]);
      expect(second).toMatchObject({ error: { code: "IDEMPOTENCY_CONFLICT" } });
      await say(transport, channel, "after", tx);
    });
    expect((await readAll(transport, channel)).texts).toEqual(["one", "before", "after"]);
  });

  it("refuses what isn't a transaction", async () => {
    const channel = channelName();
    const idle = await pool.connect();
    const leaked: unknown[] = [];
    await sql.begin(async (tx) => leaked.push(tx));
    for (const tx of [idle, ...leaked]) {
      await refused(say(transport, channel, "no", tx), "INVALID_OPTIONS", /tx is in no transaction/);
    }
    idle.release();
    for (const tx of [pool, sql, transport, {}, "BEGIN"]) {
      await refused(
        say(transport, channel, "no", tx),
        "INVALID_OPTIONS",
        /tx is .*: give a client of "pg" on which/,
      );
    }
    expect((await readAll(transport, channel)).texts).toEqual([]);
  });

  it("says that a transaction has failed before", async () => {
    const broken = within(async (tx) => {
      await tx.query("SELECT 1/0").catch(() => {});
      await say(transport, channelName(), "no", tx);
    });
    const error = await refused(broken, "TRANSPORT_FAILED", /has failed already: roll it back/);
    expect(error.cause).toMatchObject({ code: "25P02" });
  });

  it("takes several channels at once on one connection", async () => {
    const names = Array.from({ length: 10 }, channelName);
    await within((tx) => Promise.all(names.map((name) => say(transport, name, `to ${name}`, tx))));
    for (const name of names) expect((await readAll(transport, name)).texts).toEqual([`to ${name}`]);
  });
});
