import { describe, expect, it, vi } from "vitest";
import { available } from "../brokers.test-support.js";
import { postgres } from "./index.js";
import {
  channelName,
  eventually,
  frame,
  frames,
  listen,
  offsetOf,
  openLab,
  readAll,
  say,
} from "./lab.test-support.js";
import { openLog } from "./log.js";
import { type PostgresOptions, readOptions } from "./options.js";

describe.skipIf(!available("postgres"))("what isn't kept", () => {
  const { schema, pool, later } = openLab("retention");
  const open = (options: Partial<PostgresOptions> = {}) =>
    later(postgres({ client: pool, schema, retention: false, ...options }), (it) => it.close());
  const log = (options: Partial<PostgresOptions> = {}) =>
    later(openLog(readOptions({ client: pool, schema, retention: false, ...options })), (it) => it.close());
  const count = async (table: string, channel: string) => {
    const of = `(SELECT id FROM "${schema}".channels WHERE name = '${channel}')`;
    const { rows } = await pool.query(
      `SELECT count(*)::int AS n FROM "${schema}".${table} WHERE channel = ${of}`,
    );
    return rows[0].n as number;
  };
  /** As if all of it had happened so long ago. */
  const age = (channel: string, interval: string) => {
    const of = `(SELECT id FROM "${schema}".channels WHERE name = '${channel}')`;
    return pool.query(`
      UPDATE "${schema}".messages SET at = at - interval '${interval}' WHERE channel = ${of};
      UPDATE "${schema}".keys SET at = at - interval '${interval}' WHERE channel = ${of};
      UPDATE "${schema}".channels SET oldest = oldest - interval '${interval}', used = used - interval '${interval}' WHERE name = '${channel}'`);
  };

  it("goes by count, at once for readers and soon from the table; the gap is exact", async () => {
    const options = { history: { count: 100 } };
    const transport = open(options);
    const channel = channelName();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) {
      for (const result of await transport.publish(channel, frames(30, `${i}.`)))
        if ("id" in result) ids.push(result.id);
    }
    const check = async () => {
      expect((await readAll(transport, channel)).ids).toEqual(ids.slice(50));
      expect(await readAll(transport, channel, ids[49])).toMatchObject({ ids: ids.slice(50), gaps: [] });
      expect(await readAll(transport, channel, ids[48])).toMatchObject({
        ids: ids.slice(50),
        gaps: ["trimmed at 0"],
      });
    };
    await check();
    expect(await count("messages", channel)).toBe(150);
    await log(options).sweep();
    expect(await count("messages", channel)).toBe(100);
    await check();
  });

  it("goes by age", async () => {
    const transport = open({ history: { age: "1h" } });
    const channel = channelName();
    const old = [await say(transport, channel, "one"), await say(transport, channel, "two")];
    await age(channel, "61 minutes");
    const fresh = await say(transport, channel, "three");
    for (let i = 0; i < 2; i++) {
      expect(await readAll(transport, channel, old[0])).toMatchObject({
        ids: [fresh],
        gaps: ["trimmed at 0"],
      });
      expect(await readAll(transport, channel, old[1])).toMatchObject({ ids: [fresh], gaps: [] });
      await log({ history: { age: "1h" } }).sweep();
      expect(await count("messages", channel)).toBe(1);
    }
  });

  it("goes in parts: a thousand rows at a time, and all in the end", async () => {
    const transport = open();
    const channel = channelName();
    const one = log({ history: { count: 10 } });
    await say(transport, channel, "0");
    // What other tests left.
    await one.sweep();
    for (let i = 0; i < 4; i++) await transport.publish(channel, frames(1000, `${i}.`));
    const { rows } = await pool.query(
      `SELECT "${schema}".trim(10, 1000000, 1000000, 1000000, 1000)::int AS done`,
    );
    expect(rows[0].done).toBeLessThan(1_100);
    expect(await count("messages", channel)).toBe(3001);
    await one.sweep();
    expect(await count("messages", channel)).toBe(10);
  });

  it("waits for nobody: a channel that is held is left for the next time", async () => {
    const transport = open();
    const [held, free] = [channelName(), channelName()];
    for (const channel of [held, free]) await transport.publish(channel, frames(20));
    const tx = await pool.connect();
    await tx.query("BEGIN");
    await say(transport, held, "holds it", tx);
    const sweeper = log({ history: { count: 5 } });
    await sweeper.sweep();
    expect([await count("messages", held), await count("messages", free)]).toEqual([20, 5]);
    await tx.query("COMMIT");
    tx.release();
    await sweeper.sweep();
    expect(await count("messages", held)).toBe(5);
  });

  it("finds a channel that is published to all the time", async () => {
    const options = { history: { count: 10 } };
    const channel = channelName();
    const sweeper = log(options);
    await sweeper.sweep();
    let isDone = false;
    // So many wait for it that nobody ever finds it free.
    const publishers = Array.from({ length: 6 }, async () => {
      const transport = open(options);
      while (!isDone) await transport.publish(channel, frames(5));
    });
    try {
      await eventually("messages to be stored", async () => (await count("messages", channel)) > 200);
      for (let i = 0; i < 3; i++) {
        const before = await count("messages", channel);
        await sweeper.sweep();
        expect(await count("messages", channel)).toBeLessThan(before / 2);
        await eventually("more to be stored", async () => (await count("messages", channel)) > 200);
      }
    } finally {
      isDone = true;
      await Promise.all(publishers);
    }
  });

  it("is done by one server at a time", async () => {
    const transport = open();
    const channel = channelName();
    await transport.publish(channel, frames(20));
    const other = await pool.connect();
    await other.query("BEGIN");
    await other.query(`SELECT "${schema}".trim(5, 1000000, 1000000, 1000000, 1)`);
    await log({ history: { count: 5 } }).sweep();
    await other.query("ROLLBACK");
    other.release();
    expect(await count("messages", channel)).toBe(20);
  });

  it("forgets keys after their window, whether they were removed yet or not", async () => {
    const transport = open({ keyWindow: "1m" });
    const channel = channelName();
    const publish = async () => (await transport.publish(channel, [frame("once", { key: "k" })]))[0];
    const first = await publish();
    await age(channel, "59 seconds");
    expect(await publish()).toEqual({ ...first, duplicate: true });
    await age(channel, "2 seconds");
    expect(await publish()).toMatchObject({ duplicate: false });
    await age(channel, "61 seconds");
    expect(await count("keys", channel)).toBe(1);
    await log({ keyWindow: "1m" }).sweep();
    expect(await count("keys", channel)).toBe(0);
    expect(await publish()).toMatchObject({ duplicate: false });
  });

  it("forgets a channel in the end: it goes on after its last offset, and who was there is told", async () => {
    const options = { history: { age: "1h" } } as const;
    const transport = open(options);
    const channel = channelName();
    const id = (await transport.publish(channel, [frame("one", { key: "k" }), frame("two")])).map((it) =>
      "id" in it ? it.id : "",
    );
    const known = async () =>
      (await pool.query(`SELECT FROM "${schema}".channels WHERE name = $1`, [channel])).rowCount;
    const sweeper = log(options);
    await age(channel, "59 minutes");
    await sweeper.sweep();
    expect(await known()).toBe(1);
    await age(channel, "3 hours");
    await sweeper.sweep();
    await sweeper.sweep();
    expect(await known()).toBe(0);
    // Who had it all missed nothing.
    expect(await readAll(transport, channel, id[1])).toMatchObject({ texts: [], gaps: [] });
    expect(await readAll(transport, channel, id[0])).toMatchObject({ texts: [], gaps: ["trimmed at 0"] });
    const sink = await listen(transport, channel);
    const next = await say(transport, channel, "three");
    await sink.count(1);
    expect(offsetOf(next)).toBe(3);
    expect(sink.gaps).toEqual([]);
    expect(await readAll(transport, channel, id[1])).toMatchObject({ texts: ["three"], gaps: [] });
    expect(await readAll(transport, channel, id[0])).toMatchObject({
      texts: ["three"],
      gaps: ["trimmed at 0"],
    });
  });

  it("goes by itself, and stops with the transport", async () => {
    const transport = open({ history: { count: 5 }, retention: 20 });
    const channel = channelName();
    await transport.publish(channel, frames(50));
    await eventually("the rows to be removed", async () => (await count("messages", channel)) === 5);
    await transport.close();
    await open().publish(channel, frames(50));
    const { rows } = await pool.query(
      "SELECT count(*)::int AS busy FROM pg_stat_activity WHERE query LIKE $1",
      [`%"${schema}".trim(5%`],
    );
    expect(rows[0].busy).toBeLessThanOrEqual(1);
    expect(await count("messages", channel)).toBe(55);
  });

  it("is told of where it can't be removed, also to those who never publish", async () => {
    const transport = open({ retention: 10 });
    const report = vi.fn();
    transport.reportTo?.(report);
    const channel = channelName();
    await transport.publish(channel, frames(1));
    await pool.query(`ALTER FUNCTION "${schema}".trim RENAME TO kept`);
    try {
      await vi.waitFor(() => expect(report).toHaveBeenCalled(), { timeout: 5_000 });
    } finally {
      await pool.query(`ALTER FUNCTION "${schema}".kept RENAME TO trim`);
    }
    expect(report.mock.calls[0]?.[0]).toMatchObject({
      code: "TRANSPORT_FAILED",
      message: expect.stringMatching(/couldn't remove what isn't kept any more/),
    });
  });
});
