/** What tests of this folder share: a schema of their own, and short names for what they do. */
import pg from "pg";
import { afterAll, expect } from "vitest";
import type { RealtimeErrorCode } from "../../src/errors.js";
import { parsePosition } from "../../src/position.js";
import type { Transport } from "../../src/transport.js";
import { available, brokerUrl } from "../brokers.test-support.js";
import { Recorder } from "../conformance/recorder.js";
import { frame, frames, idOf } from "./frames.test-support.js";

export { frame, frames, idOf };

/** Milliseconds that anything may take on a busy machine. */
const PATIENCE = 20_000;

/** A random schema and a pool, dropped and ended after the file's tests. */
export function openLab(label: string) {
  const url = available("postgres") ? brokerUrl("postgres") : "";
  const schema = `${label}_${crypto.randomUUID().slice(0, 8)}`;
  const pool = new pg.Pool({ connectionString: url, max: 20 });
  // Tests put many transports on it.
  pool.setMaxListeners(0);
  const closing: (() => unknown)[] = [];
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    if (available("postgres")) await pool.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
    await pool.end();
  });
  /** Has it closed after the file's tests. */
  const later = <T>(thing: T, close: (thing: T) => unknown): T => {
    closing.push(() => close(thing));
    return thing;
  };
  /** A pool for some tests. Its connections may be ended while they are ending: that is no fault. */
  const poolAt = (options: pg.PoolConfig): pg.Pool => {
    const own = new pg.Pool(options);
    own.on("connect", (client) => client.on("error", () => {})).on("error", () => {});
    return later(own, (it) => it.end());
  };
  return { url, schema, pool, later, poolAt };
}

export const channelName = () => `channel:${crypto.randomUUID().slice(0, 8)}`;

export const offsetOf = (id: string): number => parsePosition(id)?.offset ?? Number.NaN;
export const epochOf = (id: string): string => parsePosition(id)?.epoch ?? "";

/** Publishes one text; gives its id. */
export async function say(
  transport: Transport,
  channel: string,
  text: string,
  tx?: unknown,
): Promise<string> {
  const [result] = await transport.publish(channel, [frame(text)], tx ? { tx } : undefined);
  return idOf(result);
}

/** Subscribes a sink that keeps what it is told. */
export async function listen(transport: Transport, channel: string, after?: string) {
  const sink = new Recorder(PATIENCE);
  const subscription = await transport.subscribe(channel, after === undefined ? {} : { after }, sink);
  return Object.assign(sink, { subscription });
}

/** The texts of frames that `frame(text)` made. */
export const textsOf = (payloads: readonly string[]): string[] =>
  payloads.map((payload) => String((JSON.parse(payload) as { data: unknown }).data));

/** All that is kept after a position, and the gaps in it, each before the message at that index. */
export async function readAll(transport: Transport, channel: string, after?: string) {
  const texts: string[] = [];
  const ids: string[] = [];
  const gaps: string[] = [];
  for (let from = after; ; ) {
    const page = await transport.history?.(channel, {
      limit: 100,
      ...(from === undefined ? {} : { after: from }),
    });
    if (!page) throw new Error("It has no history.");
    if (page.gap) gaps.push(`${page.gap.reason} at ${texts.length}`);
    texts.push(...textsOf(page.deliveries.map(({ frame }) => frame.payload)));
    ids.push(...page.deliveries.map(({ id }) => id));
    from = page.position;
    if (!page.more) return { texts, ids, gaps, position: page.position };
  }
}

/** Expects a rejection with that code, and a message that says why. Gives the error. */
export async function refused(
  promise: Promise<unknown>,
  code: RealtimeErrorCode,
  why: RegExp,
): Promise<Error> {
  const error = await promise.then(
    (value) => new Error(`It resolved: ${JSON.stringify(value)}`),
    (reason) => reason as Error,
  );
  expect([(error as { code?: unknown }).code, error.message]).toEqual([code, expect.stringMatching(why)]);
  return error;
}

/** Asks until it is so. */
export async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Resolves when so many statements wait for a lock of this schema's. */
export const waiting = (pool: pg.Pool, schema: string, count = 1) =>
  eventually(`${count} statements to wait for a lock`, async () => {
    const { rowCount } = await pool.query(
      "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE $1 AND pid <> pg_backend_pid()",
      [`%"${schema}".%`],
    );
    return (rowCount ?? 0) >= count;
  });
