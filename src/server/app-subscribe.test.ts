import { afterEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import { z } from "zod";
import { memory } from "../../transports/memory/index.js";
import { realtime } from "../realtime.js";
import { staticSchema } from "../schema.js";
import type { Supports, Transport } from "../transport.js";
import { createRealtime } from "./app.js";

const SECRET = "a secret of at least thirty-two characters";
const job = realtime.channel({
  name: "job:{id}",
  topics: {
    step: { schema: z.object({ n: z.number(), note: z.string().default("none") }) },
    slow: { schema: z.string().refine(async (text) => text !== "bad", "is bad") },
    any: { schema: staticSchema<unknown>() },
  },
});
const ch = job({ id: "1" });
const make = () => createRealtime({ transport: memory(), secret: SECRET });

/** Takes what has arrived. */
const collect = () => {
  const got: unknown[] = [];
  return {
    got,
    onMessage: (message: { topic: string; data: unknown }) => void got.push([message.topic, message.data]),
  };
};

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe("subscribe", () => {
  it("gives the chosen topics, typed", async () => {
    const app = make();
    const subscription = await app.subscribe({ channel: ch, topics: ["step"] });
    await app.publish(ch.any, "no");
    await app.publish(ch.step, { n: 1 });
    for await (const message of subscription) {
      expectTypeOf(message.topic).toEqualTypeOf<"step">();
      expectTypeOf(message.data).toEqualTypeOf<{ n: number; note: string }>();
      expect(message).toMatchObject({ channel: "job:1", topic: "step", data: { n: 1 } });
      expect(message.createdAt).toBeInstanceOf(Date);
      break;
    }
  });

  it("resumes after a message, then goes on live", async () => {
    const app = make();
    const { id } = await app.publish(ch.any, 1);
    await app.publish(ch.any, 2);
    const { got, onMessage } = collect();
    await app.subscribe({ channel: ch, after: id, onMessage });
    await app.publish(ch.any, 3);
    expect(got).toEqual([
      ["any", 2],
      ["any", 3],
    ]);
  });

  it("one that never reads costs a bounded amount, and has everything when it reads at last", async () => {
    const app = make();
    const subscription = await app.subscribe({ channel: ch });
    for (let i = 0; i < 5000; i++) await app.publish(ch.any, i);
    const got: unknown[] = [];
    for await (const { data } of subscription) {
      got.push(data);
      if (got.length === 5000) break;
    }
    expect(got).toEqual(Array.from({ length: 5000 }, (_, i) => i));
  });

  it("one that is too slow for the history is told of a gap", async () => {
    const app = createRealtime({ transport: memory({ history: { count: 10 } }), secret: SECRET });
    const onGap = vi.fn();
    const subscription = await app.subscribe({ channel: ch, onGap });
    for (let i = 0; i < 5000; i++) await app.publish(ch.any, i);
    for await (const { data } of subscription) if (data === 4999) break;
    expect(onGap).toHaveBeenCalledWith(expect.objectContaining({ reason: "trimmed" }));
  });

  it("one that never reads large messages is bounded by their size", async () => {
    const transport = memory({ history: { bytes: 64 * 1024 * 1024 } });
    const ended = vi.fn();
    const { subscribe } = transport;
    transport.subscribe = async (...args) => {
      const { position, unsubscribe } = await subscribe(...args);
      const end = () => {
        ended();
        unsubscribe();
      };
      return { position, unsubscribe: end };
    };
    const app = createRealtime({ transport, secret: SECRET });
    await app.subscribe({ channel: ch });
    for (let i = 0; i < 20; i++) await app.publish(ch.any, "x".repeat(400_000));
    // It has let go of its place at the source.
    await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce());
  });

  it("gives each subscriber a Date, a Set, … of its own", async () => {
    const app = make();
    const got: { at: Date; tags: Set<string> }[] = [];
    const onMessage = ({ data }: { data: unknown }) => {
      const mine = data as { at: Date; tags: Set<string> };
      got.push({ at: new Date(mine.at), tags: new Set(mine.tags) });
      mine.at.setTime(Number.NaN);
      mine.tags.clear();
    };
    await app.subscribe({ channel: ch, onMessage });
    await app.subscribe({ channel: ch, onMessage });
    const encoded = (await app.subscribe({ channel: ch })).getEncodedStream().getReader();
    const data = { at: new Date(7), tags: new Set(["a"]) };
    await app.publish(ch.any, data);
    expect(got).toEqual([data, data]);
    expect(new TextDecoder().decode((await encoded.read()).value)).toContain(
      '"at":"1970-01-01T00:00:00.007Z"',
    );
    expect((await app.history({ channel: ch })).messages[0]?.data).toEqual(data);
  });

  it("survives the late failure of a place that it has left", async () => {
    const transport = memory();
    let failLate: (() => void) | undefined;
    const { subscribe } = transport;
    transport.subscribe = async (channel, at, sink) => {
      const subscription = await subscribe(channel, at, sink);
      if (at.after === undefined || failLate) return subscription;
      return new Promise((_, reject) => {
        failLate = () => reject(new Error("late"));
      });
    };
    const app = createRealtime({ transport, secret: SECRET });
    const onError = vi.fn();
    const subscription = await app.subscribe({ channel: ch, onError });
    const messages = subscription[Symbol.asyncIterator]();
    // Full, then resumed at a place that never answers and is full again at once, then at a third.
    for (let i = 0; i < 4000; i++) await app.publish(ch.any, i);
    for (let i = 0; i < 3500; i++) expect((await messages.next()).value?.data).toBe(i);
    failLate?.();
    for (let i = 3500; i < 4000; i++) expect((await messages.next()).value?.data).toBe(i);
    await app.publish(ch.any, "live");
    expect((await messages.next()).value?.data).toBe("live");
    expect(onError).not.toHaveBeenCalled();
  });

  it("refuses a definition, an unknown topic, and an aborted signal", async () => {
    const app = make();
    await expect(app.subscribe({ channel: job as never })).rejects.toMatchObject({ code: "UNKNOWN_CHANNEL" });
    await expect(app.subscribe({ channel: ch, topics: ["nope" as never] })).rejects.toMatchObject({
      code: "UNKNOWN_TOPIC",
    });
    const reason = new Error("enough");
    await expect(app.subscribe({ channel: ch, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it("leaves nothing at the transport when it ends", async () => {
    const transport = memory();
    const app = createRealtime({ transport, secret: SECRET });
    const ended = vi.fn();
    const subscribe = transport.subscribe;
    transport.subscribe = async (...args) => {
      const subscription = await subscribe(...args);
      return {
        ...subscription,
        unsubscribe() {
          ended();
          subscription.unsubscribe();
        },
      };
    };
    const stop = new AbortController();
    const subscriptions = [
      await app.subscribe({ channel: ch }),
      await app.subscribe({ channel: ch, signal: stop.signal }),
      await app.subscribe({ channel: ch }),
    ];
    subscriptions[0]?.close();
    subscriptions[0]?.close();
    stop.abort();
    expect(ended).not.toHaveBeenCalled();
    await subscriptions[2]?.[Symbol.asyncIterator]().return?.();
    await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce());
  });
});

describe("history", () => {
  it("reads pages of the chosen topics", async () => {
    const app = make();
    for (let i = 0; i < 5; i++) await app.publish(ch.any, i);
    await app.publish(ch.step, { n: 1 });
    const first = await app.history({ channel: ch, topics: ["any"], limit: 3 });
    expect(first.messages.map(({ data }) => data)).toEqual([0, 1, 2]);
    expect(first).toMatchObject({ more: true, gap: undefined });
    const rest = await app.history({ channel: ch, topics: ["any"], after: first.position });
    expect(rest.messages.map(({ data }) => data)).toEqual([3, 4]);
    expect(rest.more).toBe(false);
  });

  it("refuses a limit of nothing", async () => {
    await expect(make().history({ channel: ch, limit: 0 })).rejects.toMatchObject({
      code: "INVALID_OPTIONS",
    });
  });
});

describe("a transport that keeps nothing", () => {
  const { subscribe, publish, close } = memory();
  const bare: Transport<Supports & { readonly replay: false; readonly keys: false }> = {
    name: "bare",
    supports: { replay: false, keys: false, maxBytes: 1000, shared: false },
    subscribe: async (...args) => ({ ...(await subscribe(...args)), position: undefined }),
    publish,
    close,
  };

  it("refuses keys, `after` and history, in the types and at run time", async () => {
    const app = createRealtime({ transport: bare, secret: SECRET });
    // @ts-expect-error: this transport keeps no keys.
    await expect(app.publish(ch.any, 1, { key: "k" })).rejects.toMatchObject({ code: "UNSUPPORTED" });
    // @ts-expect-error: this transport can't replay.
    await expect(app.subscribe({ channel: ch, after: "x.1" })).rejects.toMatchObject({ code: "UNSUPPORTED" });
    // @ts-expect-error: this transport keeps no history.
    await expect(app.history({ channel: ch })).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });
});
