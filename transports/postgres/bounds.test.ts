import pg from "pg";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { available } from "../brokers.test-support.js";
import { startDoor } from "./door.test-support.js";
import { PgEar } from "./ear-pg.js";
import { Hub } from "./hub.js";
import { postgres } from "./index.js";
import { channelName, frames, openLab, readAll, refused, say } from "./lab.test-support.js";
import { openPGlite, type TestPGlite } from "./pglite.test-support.js";
import { within } from "./within.js";

let db: TestPGlite | undefined;
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => db?.close(), 60_000);

describe.skipIf(!available("postgres"))("what could take for ever", () => {
  const { url, schema, pool, later } = openLab("bounds");

  it("a line that is dead: nobody waits for those before, too", async () => {
    const door = later(await startDoor(url), (it) => it.close());
    await say(
      later(postgres({ client: pool, schema }), (it) => it.close()),
      "a",
      "made the tables",
    );
    const client = new pg.Client(door.url);
    client.on("error", () => {});
    await client.connect();
    const transport = later(postgres({ client, schema, timeout: 2_000 }), (it) => it.close());
    await say(transport, "a", "before");
    door.stall();
    // Reading isn't gathered: each has a turn of its own. One after the other, this takes longer than a test may.
    await Promise.all(
      Array.from({ length: 20 }, () => refused(readAll(transport, "a"), "TRANSPORT_FAILED", /no answer/)),
    );
  });

  it("a pool that is ended, and waits for the one connection that listens", async () => {
    const own = new pg.Pool({ connectionString: url });
    const told: unknown[] = [];
    const hearing = { hear() {}, missed() {}, failed() {}, over: (error: unknown) => void told.push(error) };
    const ear = new PgEar({ pool: own }, hearing, 5_000);
    await ear.add("halyard_bounds");
    expect([own.totalCount, own.idleCount]).toEqual([1, 0]);
    const ended = own.end();
    await ear.check(new Set(["halyard_bounds"]));
    await ended;
    expect(told[0]).toMatchObject({ message: expect.stringMatching(/after calling end/) });
    await ear.close();
  });

  it("a page of more messages than there are, and history that is kept for ever", async () => {
    const options = { age: Number.MAX_SAFE_INTEGER, count: Number.MAX_SAFE_INTEGER };
    const transport = later(
      postgres({ client: pool, schema, history: options, keyWindow: Number.MAX_SAFE_INTEGER, retention: 1 }),
      (it) => it.close(),
    );
    const channel = channelName();
    await transport.publish(channel, frames(3));
    for (const limit of [2 ** 31, Number.MAX_SAFE_INTEGER])
      expect((await transport.history(channel, { limit })).deliveries).toHaveLength(3);
    const keep = [options.count, transport.supports.keys, transport.supports.keys].join(", ");
    await pool.query(`SELECT "${schema}".trim(${keep}, ${transport.supports.keys}, 1000)`);
    expect((await readAll(transport, channel)).texts).toHaveLength(3);
  });
});

it("keeps the process running while it waits, and no longer", async () => {
  const timers = vi.spyOn(globalThis, "setTimeout");
  const never = within(new Promise(() => {}), 123);
  const timer = () => timers.mock.results.at(-1)?.value as NodeJS.Timeout;
  expect(timer().hasRef()).toBe(true);
  await expect(never).rejects.toThrow("no answer within 123 ms");
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const soon = within(answered, 456);
  expect(timer().hasRef()).toBe(true);
  answer();
  await soon;
  expect(timer().hasRef()).toBe(false);
  const again = within(Promise.resolve(), 456);
  expect(timer().hasRef()).toBe(true);
  await again;
  expect(timer().hasRef()).toBe(false);
});

it("looks after no line any more that was closed while it began", async () => {
  db = await openPGlite();
  const intervals = vi.spyOn(globalThis, "setInterval");
  const hub = new Hub(db, 1_000);
  const watcher = { stored() {}, changed() {}, fail() {} };
  const watching = hub.watch("a", "halyard_a", watcher);
  await Promise.all([watching, hub.close()]);
  expect(intervals).not.toHaveBeenCalled();
}, 60_000);
