/** What ends a stream, from either side, and what is left of it: nothing. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { memory } from "../../../transports/memory/index.js";
import { ch, EventReader, setUp, streamOf } from "./set-up.test-support.js";

// The turns of the event loop are the real ones.
beforeEach(
  () =>
    void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] }),
);
afterEach(() => void vi.useRealTimers());

const MINUTE = 60_000;
const wait = (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds);
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A stream that has subscribed. Timers are counted from before it was there. */
async function open(options = {}, more: RequestInit = {}, transport = memory()) {
  const started = setUp(options, transport);
  const subscribe = vi.spyOn(transport, "subscribe");
  const token = await started.tokenFor();
  // The transport's own timer, too.
  await started.app.publish(ch.log, "before");
  const timers = vi.getTimerCount();
  const connect = async (init: RequestInit = more) => {
    const response = await started.handler(streamOf([{ id: 1, token }], init));
    return new EventReader(response);
  };
  const events = await connect();
  await wait();
  await events.next("subscribed");
  /** Everything that it held is let go. */
  const expectNothingLeft = async () => {
    await turn();
    expect(vi.getTimerCount()).toBe(timers);
    const count = subscribe.mock.calls.length;
    const again = await connect({});
    await wait();
    await again.next("subscribed");
    // The channel's subscription had gone with its last reader, or else it would be shared.
    expect(subscribe.mock.calls.length).toBe(count + 1);
    await again.cancel();
  };
  return { ...started, token, connect, events, expectNothingLeft };
}

describe("a stream ends", () => {
  it("cleanly, without a word, when it is as old as it may be, a little before", async () => {
    const { events, expectNothingLeft } = await open({ heartbeat: "10m" });
    const rest = events.rest();
    const ended = vi.fn();
    void rest.then(ended);
    await wait(4 * MINUTE * 0.9 - 1);
    expect(ended).not.toHaveBeenCalled();
    await wait(4 * MINUTE * 0.1 + 1);
    expect(await rest).toEqual([]);
    await expectNothingLeft();
  });

  it("not all at one moment", async () => {
    const { connect, events } = await open({ heartbeat: "10m" });
    const times: number[] = [];
    const all = [events, ...(await Promise.all(Array.from({ length: 20 }, () => connect())))];
    for (const one of all) void one.rest().then(() => times.push(Date.now()));
    await wait(4 * MINUTE);
    expect(times).toHaveLength(21);
    expect(new Set(times).size).toBeGreaterThan(10);
  });

  it("at its age, after what was queued", async () => {
    const { app, events } = await open({ maxStreamAge: "10s", heartbeat: "10m" });
    await app.publish(ch.step, 1);
    await wait(10_000);
    const rest = await events.rest();
    expect(rest.map(({ type }) => type)).toEqual(["messages"]);
  });

  it("with 1012 when the app closes, after what was published", async () => {
    const { app, events } = await open();
    void app.publish(ch.step, 1);
    const closed = app.close();
    await wait();
    const rest = await events.rest();
    expect(rest.map(({ type, code }) => [type, code])).toEqual([
      ["messages", undefined],
      ["close", 1012],
    ]);
    await closed;
  });

  it("with 4401 when it has no subscription left", async () => {
    const { handler } = setUp({ idle: "3s" });
    const events = new EventReader(await handler(streamOf([{ id: 1, token: "x" }])));
    const rest = events.rest();
    await wait(3000);
    expect((await rest).map(({ type, code }) => [type, code])).toEqual([
      ["welcome", undefined],
      ["ended", "TOKEN_MALFORMED"],
      ["close", 4401],
    ]);
  });

  it("when its client cancels it, while it reads or not", async () => {
    const { events, expectNothingLeft } = await open();
    void events.frame().catch(() => undefined);
    await events.cancel();
    await expectNothingLeft();
  });

  it("when its client never reads it at all, and cancels", async () => {
    const { handler, token, events, expectNothingLeft } = await open();
    const response = await handler(streamOf([{ id: 1, token }]));
    await response.body?.cancel();
    await events.cancel();
    await expectNothingLeft();
  });

  it("when the request is aborted, whether or not somebody reads", async () => {
    const gone = new AbortController();
    const { events, expectNothingLeft } = await open({}, { signal: gone.signal });
    gone.abort();
    expect(await events.rest()).toEqual([]);
    await expectNothingLeft();
  });

  it("when the request is aborted before its subscription is there", async () => {
    const gone = new AbortController();
    const { events, handler, token, expectNothingLeft } = await open();
    await handler(streamOf([{ id: 1, token }], { signal: gone.signal }));
    gone.abort();
    await events.cancel();
    await expectNothingLeft();
  });

  it("before it has begun, where the request was aborted while its body was read", async () => {
    const { events, handler, token, expectNothingLeft } = await open();
    const gone = new AbortController();
    const answer = handler(streamOf([{ id: 1, token }], { signal: gone.signal }));
    gone.abort();
    expect((await answer).status).toBe(400);
    await events.cancel();
    await expectNothingLeft();
  });

  it("of old age, and is cut, where nobody reads what is queued", async () => {
    const { app, events, expectNothingLeft } = await open({ maxStreamAge: "10s" });
    await app.publish(ch.step, 1);
    await wait(10_000 + 5_000);
    await expect(events.frame()).rejects.toThrow("cut");
    await expectNothingLeft();
  });
});

describe("a reader that doesn't read", () => {
  it("costs a bounded number of bytes, and has every message once it reads", async () => {
    const keepsAll = memory({ history: { bytes: 32 * 2 ** 20, count: 10_000 } });
    const { app, events } = await open({ maxUnwrittenBytes: 4096, maxStreamAge: "1h" }, {}, keepsAll);
    const text = "x".repeat(2000);
    for (let i = 0; i < 2000; i++) await app.publish(ch.log, `${i}:${text}`);
    await wait(10 * MINUTE);
    // 4 MB were published. What waits for the reader is one chunk.
    const waiting = (await events.chunk()) ?? [];
    expect(JSON.stringify(waiting).length).toBeLessThan(2 * 4096);
    const first = waiting.flatMap(({ messages = [] }) => messages).map(([, { data }]) => data);
    const got = [...first, ...(await events.data(2000 - first.length))];
    expect(got.map((line) => Number(String(line).split(":")[0]))).toEqual(
      Array.from({ length: 2000 }, (_, i) => i),
    );
    await events.cancel();
  });

  it("is sent heartbeats as long as it takes them", async () => {
    const { events } = await open({ heartbeat: "10s" });
    const beats = [events.next("heartbeat")];
    await wait(60_000);
    beats.push(events.next("heartbeat"));
    expect(await Promise.all(beats)).toHaveLength(2);
    await events.cancel();
  });
});

describe("draining", () => {
  it("closes streams one after the other, and takes as long as it was given", async () => {
    const { app, connect, events } = await open();
    const all = [events, ...(await Promise.all(Array.from({ length: 9 }, () => connect())))];
    const times: number[] = [];
    const start = Date.now();
    for (const one of all) void one.next("close").then(() => times.push(Date.now() - start));
    const closed = app.close({ drain: "10s" });
    await wait(10_000);
    await closed;
    expect(times).toHaveLength(10);
    expect(new Set(times).size).toBeGreaterThan(5);
    expect(Math.max(...times)).toBeLessThanOrEqual(10_000);
  });
});
