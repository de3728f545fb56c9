import postgresJs from "postgres";
import { describe, expect, it } from "vitest";
import { available } from "../brokers.test-support.js";
import { postgres } from "./index.js";
import {
  channelName,
  frame,
  frames,
  listen,
  openLab,
  readAll,
  refused,
  say,
  waiting,
} from "./lab.test-support.js";

describe.skipIf(!available("postgres"))("many channels at once", () => {
  const { url, schema, pool, later } = openLab("together");
  const transport = later(postgres({ client: pool, schema }), (it) => it.close());
  const commits = async (name: string) => {
    const { rows } = await pool.query(
      `SELECT count(DISTINCT xmin::text)::int AS n FROM "${schema}".channels WHERE name LIKE $1`,
      [`${name}%`],
    );
    return rows[0].n as number;
  };

  it("share commits, each with its own results, in its own order", async () => {
    const name = channelName();
    const names = Array.from({ length: 300 }, (_, i) => `${name}:${i}`);
    const sinks = await Promise.all(names.map((channel) => listen(transport, channel)));
    const ids = await Promise.all(
      names.map((channel, i) => transport.publish(channel, frames(1 + (i % 4), `${i}.`))),
    );
    expect(await commits(name)).toBeLessThan(30);
    for (const [i, sink] of sinks.entries()) {
      await sink.count(1 + (i % 4));
      expect(sink.ids).toEqual(ids[i]?.map((result) => ("id" in result ? result.id : "")));
      expect(sink.payloads).toEqual(frames(1 + (i % 4), `${i}.`).map(({ payload }) => payload));
      expect(sink.gaps).toEqual([]);
    }
  });

  it("share them with keys and conflicts, which stay with whom they concern", async () => {
    const name = channelName();
    await transport.publish(`${name}:7`, [frame("first", { key: "k" })]);
    const names = Array.from({ length: 20 }, (_, i) => `${name}:${i}`);
    const results = await Promise.all(
      names.map((channel, i) => transport.publish(channel, [frame(i, { key: "k" }), frame("more")])),
    );
    const refusedAt = results.flatMap(([first], i) =>
      first && "error" in first ? [[i, first.error.code]] : [],
    );
    expect(refusedAt).toEqual([[7, "IDEMPOTENCY_CONFLICT"]]);
    expect((await readAll(transport, `${name}:7`)).texts).toEqual(["first", "more"]);
    expect((await readAll(transport, `${name}:8`)).texts).toEqual(["8", "more"]);
  });

  it("don't wait long for one that a transaction holds, and never for each other", async () => {
    const name = channelName();
    const hasty = later(postgres({ client: pool, schema, timeout: 2_000 }), (it) => it.close());
    const names = Array.from({ length: 40 }, (_, i) => `${name}:${i}`);
    await Promise.all(names.map((channel) => say(hasty, channel, "before")));
    const tx = await pool.connect();
    await tx.query("BEGIN");
    await say(transport, `${name}:20`, "holds it", tx);
    const outcomes = await Promise.allSettled(names.map((channel) => say(hasty, channel, "beside")));
    await tx.query("COMMIT");
    tx.release();
    const lost = outcomes.flatMap((outcome, i) =>
      outcome.status === "rejected" ? [[i, outcome.reason.cause.code]] : [],
    );
    expect(lost).toEqual([[20, "55P03"]]);
    expect((await readAll(transport, `${name}:19`)).texts).toEqual(["before", "beside"]);
    expect((await readAll(transport, `${name}:20`)).texts).toEqual(["before", "holds it"]);
  });

  it("get their own answers after a commit that failed", async () => {
    const channel = channelName();
    await say(transport, channel, "before");
    await pool.query(`
      CREATE FUNCTION "${schema}".fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not at this commit'; END $$;
      CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON "${schema}".messages DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        WHEN (NEW.topic = 'bad') EXECUTE FUNCTION "${schema}".fail()`);
    const sql = later(postgresJs(url, { max: 1 }), (it) => it.end());
    const one = later(postgres({ client: sql, schema }), (it) => it.close());
    for (let i = 0; i < 3; i++) {
      const bad = one.publish(channel, [frame("no", { topic: "bad" })]);
      await refused(bad, "TRANSPORT_FAILED", /not at this commit/);
      const id = await say(one, channel, `fine ${i}`);
      const after = one.publish(channel, [frame("no", { topic: "bad" })]);
      await refused(after, "TRANSPORT_FAILED", /not at this commit/);
      expect((await readAll(one, channel)).ids.at(-1)).toBe(id);
    }
    expect((await readAll(one, channel)).texts).toEqual(["before", "fine 0", "fine 1", "fine 2"]);
  });

  it("go on, however many others are held", async () => {
    const name = channelName();
    const tx = await pool.connect();
    await tx.query("BEGIN");
    const held = Array.from({ length: 6 }, (_, i) => `${name}:${i}`);
    for (const channel of held) await say(transport, channel, "holds it", tx);
    const waiters: Promise<string>[] = [];
    const settled: string[] = [];
    for (const [i, channel] of held.entries()) {
      const waiter = say(transport, channel, "waits");
      waiter.then(
        () => settled.push(channel),
        () => {},
      );
      waiters.push(waiter);
      // One after the other, so that each is a statement of its own.
      await waiting(pool, schema, Math.min(i + 1, 4));
    }
    await say(transport, `${name}:free`, "goes on");
    expect(settled).toEqual([]);
    await tx.query("COMMIT");
    tx.release();
    await Promise.all(waiters);
  });

  it("don't suffer from one whose text is none", async () => {
    const name = channelName();
    const good = Array.from({ length: 10 }, (_, i) => say(transport, `${name}:${i}`, "fine"));
    const bad = transport.publish(`${name}:bad`, [{ ...frame("x"), payload: '{"data":"\0"}' }]);
    await refused(bad, "UNSUPPORTED_VALUE", /a payload holds U\+0000/);
    const halved = transport.publish(`${name}:half`, [
      { ...frame("x"), topic: "\ud800", payload: '{"data":"\ud800"}' },
    ]);
    await halved;
    expect((await readAll(transport, `${name}:half`)).ids).toHaveLength(1);
    expect((await Promise.all(good)).length).toBe(10);
  });
});
