import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { available, brokerUrl, runPostgres, startPostgres } from "../brokers.test-support.js";
import { postgres } from "./index.js";
import {
  channelName,
  epochOf,
  frame,
  listen,
  offsetOf,
  openLab,
  readAll,
  say,
  textsOf,
} from "./lab.test-support.js";

describe.skipIf(!available("postgres"))("what ends in a gap", () => {
  const { schema, pool, later } = openLab("history");
  const open = () => later(postgres({ client: pool, schema }), (it) => it.close());
  const transport = open();
  const run = (sql: string) => pool.query(sql.replaceAll("S.", `"${schema}".`));

  it("messages that were deleted by hand, first, in the middle and all", async () => {
    const channel = channelName();
    const ids: string[] = [];
    for (let i = 1; i <= 9; i++) ids.push(await say(transport, channel, `${i}`));
    await run(
      `DELETE FROM S.messages m USING S.channels c WHERE m.channel = c.id AND c.name = '${channel}' AND seq IN (1, 2, 5, 6)`,
    );
    expect(await readAll(transport, channel, ids[0])).toMatchObject({
      texts: ["3", "4", "7", "8", "9"],
      gaps: ["trimmed at 0", "trimmed at 2"],
    });
    expect(await readAll(transport, channel, ids[2])).toMatchObject({
      texts: ["4", "7", "8", "9"],
      gaps: ["trimmed at 1"],
    });
    expect(await readAll(transport, channel, ids[5])).toMatchObject({ texts: ["7", "8", "9"], gaps: [] });
    await run("TRUNCATE S.messages");
    expect(await readAll(transport, channel, ids[7])).toMatchObject({ texts: [], gaps: ["trimmed at 0"] });
    expect(await readAll(transport, channel, ids[8])).toMatchObject({ texts: [], gaps: [] });
    expect(offsetOf(await say(transport, channel, "10"))).toBe(10);
    expect(await readAll(transport, channel, ids[8])).toMatchObject({ texts: ["10"], gaps: [] });
  });

  it("a channel that was deleted by hand: its offsets aren't given again", async () => {
    const channel = channelName();
    const ids = [await say(transport, channel, "one"), await say(transport, channel, "two")];
    const sink = await listen(transport, channel);
    await run(`DELETE FROM S.channels WHERE name = '${channel}'`);
    const next = await say(transport, channel, "three");
    expect(offsetOf(next)).toBe(3);
    await sink.count(1);
    expect(await readAll(transport, channel, ids[0])).toMatchObject({
      texts: ["three"],
      gaps: ["trimmed at 0"],
    });
    expect(await readAll(transport, channel, ids[1])).toMatchObject({ texts: ["three"], gaps: [] });
  });

  it("all channels truncated, with their numbers: others' messages aren't found", async () => {
    const [channel, other] = [channelName(), channelName()];
    await transport.publish(other, [frame("other's", { key: "k" })]);
    const old = await say(transport, channel, "old");
    const sink = await listen(transport, channel);
    await run("TRUNCATE S.channels RESTART IDENTITY CASCADE");
    const [result] = await transport.publish(channel, [frame("new", { key: "k" })]);
    expect(result).toMatchObject({ duplicate: false });
    await sink.count(1);
    expect(textsOf(sink.payloads)).toEqual(["new"]);
    expect(sink.gaps).toMatchObject([{ reason: "epoch", at: 0 }]);
    expect(await readAll(transport, channel, old)).toMatchObject({ texts: ["new"], gaps: ["epoch at 0"] });
  });

  it("tables that were dropped and made again, under a transport that goes on", async () => {
    const channel = channelName();
    const old = await say(transport, channel, "old");
    const sink = await listen(transport, channel);
    await pool.query(`DROP SCHEMA "${schema}" CASCADE`);
    await say(transport, channel, "new");
    await sink.count(1);
    expect(textsOf(sink.payloads)).toEqual(["new"]);
    expect(sink.gaps).toMatchObject([{ reason: "epoch", at: 0 }]);
    expect(await readAll(transport, channel, old)).toMatchObject({ texts: ["new"], gaps: ["epoch at 0"] });
  });

  it("a dump that is restored: what came after it is missing, and nobody takes the old positions for new ones", async () => {
    const channel = channelName();
    const ids = [await say(transport, channel, "one"), await say(transport, channel, "two")];
    const url = brokerUrl("postgres");
    const folder = mkdtempSync(path.join(os.tmpdir(), "halyard-dump-"));
    try {
      const file = path.join(folder, "dump.sql");
      const dump = await runPostgres("pg_dump", ["-d", url, "-n", schema]);
      // Which versions write and read it doesn't matter here.
      writeFileSync(file, dump.replace(/^\\(un)?restrict .*$/gm, ""));
      // Another user restores it.
      chmodSync(folder, 0o755);
      const lost = await say(transport, channel, "lost");
      await pool.query(`DROP SCHEMA "${schema}" CASCADE`);
      await runPostgres("psql", ["-d", url, "-q", "-v", "ON_ERROR_STOP=1", "-f", file]);
      // Before anything is published, too: what was lost would else never be missed.
      expect(await readAll(transport, channel, ids[0])).toMatchObject({
        texts: ["two"],
        gaps: ["epoch at 1"],
      });
      const again = await say(transport, channel, "again");
      expect([offsetOf(again), epochOf(again) === epochOf(lost)]).toEqual([offsetOf(lost), false]);
      expect(await readAll(transport, channel, lost)).toMatchObject({
        texts: ["again"],
        gaps: ["epoch at 0"],
      });
      expect((await readAll(transport, channel)).ids).toEqual([...ids, again]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe.skipIf(!available("postgres"))("a server of one's own", () => {
  const { later, poolAt } = openLab("own");

  it("crashes: what was stored is kept, ids stay, and who was there before is told", async () => {
    const server = later(await startPostgres(), (it) => it.stop());
    const pool = poolAt({ connectionString: server.url });
    const transport = later(postgres({ client: pool, timeout: 2_000 }), (it) => it.close());
    const channel = channelName();
    const ids = [await say(transport, channel, "one"), await say(transport, channel, "two")];
    const sink = await listen(transport, channel);
    await server.kill();
    await server.restart();
    await sink.until("the gap to be told", () => sink.gaps.length > 0);
    const next = await say(transport, channel, "three");
    await sink.count(1);
    expect(sink.gaps).toMatchObject([{ reason: "epoch", after: ids[1], at: 0 }]);
    expect(sink.ids).toEqual([next]);
    expect(epochOf(next)).not.toBe(epochOf(ids[0] ?? ""));
    expect(await readAll(transport, channel, ids[0])).toMatchObject({
      ids: [ids[1], next],
      gaps: ["epoch at 1"],
    });
    // An orderly restart loses nothing, and nobody is told that it might have.
    await server.restart();
    expect(await readAll(transport, channel, next)).toMatchObject({ texts: [], gaps: [] });
    await say(transport, channel, "four");
    expect(await readAll(transport, channel, next)).toMatchObject({ texts: ["four"], gaps: [] });
    await sink.count(2);
    expect(sink.gaps).toHaveLength(1);
  }, 120_000);

  it("gets back the files of an earlier, orderly stop: no position is given twice", async () => {
    const server = later(await startPostgres(), (it) => it.stop());
    const pool = poolAt({ connectionString: server.url });
    const transport = later(postgres({ client: pool, timeout: 2_000 }), (it) => it.close());
    const channel = channelName();
    const kept = await say(transport, channel, "kept");
    const data = path.join(server.folder, "data");
    await server.stop();
    // As it is: the files are another user's.
    execFileSync("cp", ["-a", data, `${data}.copy`]);
    await server.restart();
    const lost = await say(transport, channel, "lost");
    await server.stop();
    rmSync(data, { recursive: true });
    renameSync(`${data}.copy`, data);
    await server.restart();
    const again = await say(transport, channel, "again");
    expect([offsetOf(again), again === lost]).toEqual([offsetOf(lost), false]);
    expect(await readAll(transport, channel, lost)).toMatchObject({ gaps: ["epoch at 0"] });
    expect(await readAll(transport, channel, kept)).toMatchObject({ texts: ["again"], gaps: [] });
  }, 120_000);

  it("fails over to a replica that lacks writes: each of them is a gap, also where nothing follows", async () => {
    const primary = later(await startPostgres(), (it) => it.stop());
    const before = poolAt({ connectionString: primary.url });
    const first = postgres({ client: before, timeout: 2_000 });
    const [channel, silent] = [channelName(), channelName()];
    const kept = [await say(first, channel, "one"), await say(first, channel, "two")];
    const last = await say(first, silent, "last that is kept");
    const replica = later(await startPostgres({ replicaOf: primary }), (it) => it.stop());
    const after = poolAt({ connectionString: replica.url });
    const reader = later(postgres({ client: after, timeout: 2_000 }), (it) => it.close());
    await expect(readAll(reader, channel)).rejects.toThrow(/read-only: it is a replica/);
    // The replica hears of nothing any more.
    await after.query("SELECT pg_wal_replay_pause()");
    const lost = [await say(first, channel, "lost"), await say(first, silent, "lost, too")];
    await first.close();
    await primary.kill();
    await after.query("ALTER SYSTEM SET primary_conninfo = ''");
    await after.query("SELECT pg_wal_replay_resume()").catch(() => {});
    await after.query("SELECT pg_promote()");

    const second = later(postgres({ client: after, timeout: 5_000 }), (it) => it.close());
    const known = await readAll(second, channel);
    const again = await say(second, channel, "again");
    for (const position of [...kept, lost[0]]) {
      const { gaps, ids } = await readAll(second, channel, position);
      expect([gaps.length, ids.at(-1)]).toEqual([1, again]);
    }
    for (const position of [last, lost[1]])
      expect((await readAll(second, silent, position)).gaps).toHaveLength(1);
    expect(known.texts.slice(0, 2)).toEqual(["one", "two"]);
    expect(lost).not.toContain(again);
  }, 120_000);
});
