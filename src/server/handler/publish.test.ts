import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { memory } from "../../../transports/memory/index.js";
import { RealtimeError } from "../../errors.js";
import { realtime } from "../../realtime.js";
import { registry } from "../../registry.js";
import { createHandler } from "../handler.js";
import { ch, channels, expectRefusal, post, setUp } from "./set-up.test-support.js";

const NAME = ch.name;
type Message = Record<string, unknown>;

function start(options: Parameters<typeof setUp>[0] = {}, transport = memory()) {
  const started = setUp({ channels, publish: true, ...options }, transport);
  const send = (token: string, messages: Message[], channel = NAME) =>
    started.handler(post("/publish", { token, channel, messages }));
  const results = async (token: string, messages: Message[]) => {
    const response = await send(token, messages);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    return (await response.json()).results;
  };
  return { ...started, send, results };
}

const history = async (app: ReturnType<typeof start>["app"]) =>
  (await app.history({ channel: ch })).messages.map(({ topic, data }) => [topic, data]);

describe("publishing over HTTP", () => {
  it("parses once, by the topic's schema, keeps the order, and answers each message", async () => {
    const validate = vi.fn((text: string) => text.toUpperCase());
    const shout = realtime.channel({
      name: "shout",
      topics: { text: { schema: z.string().transform(validate) } },
    });
    const { app } = start();
    const handler = createHandler(app, { channels: registry({ shout }), publish: true });
    const { key: token } = await app.token({ channel: shout, publish: ["text"] });
    const messages = ["a", "b", "c"].map((data) => ({ topic: "text", data }));
    const response = await handler(post("/publish", { token, channel: "shout", messages }));
    const { results } = await response.json();
    const stored = (await app.history({ channel: shout })).messages;
    expect(stored.map(({ data }) => data)).toEqual(["A", "B", "C"]);
    expect(results).toEqual(stored.map(({ id }) => ({ id })));
    expect(validate).toHaveBeenCalledTimes(3);
  });

  it("restores what kinds tell, before the schema sees it", async () => {
    const { app, results, tokenFor } = start();
    const data = { text: "now", at: "2026-01-01T00:00:00.000Z" };
    const [result] = await results(await tokenFor(["note"]), [
      { topic: "note", data, kinds: { "/at": "Date" } },
    ]);
    expect(result).toEqual({ id: expect.any(String) });
    expect(await history(app)).toEqual([["note", { text: "now", at: new Date(data.at) }]]);
  });

  it("a refused message doesn't hold up the others", async () => {
    const { app, results, tokenFor, onError } = start();
    const token = await tokenFor(["note", "log"]);
    const got = await results(token, [
      { topic: "log", data: "1" },
      { topic: "note", data: { text: "" } },
      { topic: "note", data: { text: "x", at: "never" }, kinds: { "/at": "Date" } },
      { topic: "log", data: "2", kinds: [] },
      { topic: "log", data: "3", key: "" },
      { topic: "log", data: "4", key: "k" },
      { topic: "log", data: "5", key: "k" },
    ]);
    expect(await history(app)).toEqual([
      ["log", "1"],
      ["log", "2"],
      ["log", "4"],
    ]);
    expect(got.map(({ error }: { error?: { code: string } }) => error?.code)).toEqual([
      undefined,
      "INVALID_PAYLOAD",
      "INVALID_PAYLOAD",
      undefined,
      "INVALID_OPTIONS",
      undefined,
      "IDEMPOTENCY_CONFLICT",
    ]);
    expect(got[1].error.issues).toEqual([{ path: ["text"], message: expect.any(String) }]);
    expect(onError).not.toHaveBeenCalled();
  });

  it("sends no more than a hundred issues", async () => {
    const { app } = start();
    const list = realtime.channel({ name: "list", topics: { all: { schema: z.array(z.string()) } } });
    const handler = createHandler(app, { channels: registry({ list }), publish: true });
    const { key: token } = await app.token({ channel: list, publish: ["all"] });
    const messages = [{ topic: "all", data: Array(5000).fill(1) }];
    const response = await handler(post("/publish", { token, channel: "list", messages }));
    expect((await response.json()).results[0].error.issues).toHaveLength(100);
  });

  it("repeats a key's id", async () => {
    const { results, tokenFor } = start();
    const message = { topic: "log", data: "once", key: "k" };
    const [a, b] = await results(await tokenFor(["log"]), [message, message]);
    expect(a).toEqual(b);
  });

  it("keeps keys of different subjects apart, and from the server's own", async () => {
    const { app, results, tokenFor } = start();
    const say = (subject: string | undefined, data: string, key: string) =>
      tokenFor(["log"], subject).then((token) => results(token, [{ topic: "log", data, key }]));
    // Without a subject, tokens are strangers to each other.
    for (const [i, subject] of ["u1", "u2", 'u1","k', undefined, undefined].entries()) {
      expect(await say(subject, `${i} of ${subject}`, "k")).toEqual([{ id: expect.any(String) }]);
    }
    // With another token, too: what was lost is repeated after a refresh.
    expect(await say("u1", "0 of u1", "k")).toEqual([
      { id: (await app.history({ channel: ch })).messages[0]?.id },
    ]);
    await app.publish(ch.log, "the server's", { key: "k" });
    expect(await history(app)).toHaveLength(6);
    const [{ error }] = await say("u1", "x", "k".repeat(250));
    expect(error.code).toBe("INVALID_OPTIONS");
  });

  it("refuses what is too large, by bytes", async () => {
    const { results, tokenFor } = start({ publish: { maxBytes: 10 } });
    const got = await results(await tokenFor(["log"]), [
      { topic: "log", data: "12345678" },
      { topic: "log", data: "1234567ü" },
      { topic: "log", data: "1", kinds: { "/a/b": "Date" } },
    ]);
    expect(got.map(({ error }: { error?: { code: string } }) => error?.code)).toEqual([
      undefined,
      "PAYLOAD_TOO_LARGE",
      "PAYLOAD_TOO_LARGE",
    ]);
  });

  it("tells nothing of the server's inside, which its onError hears whole", async () => {
    const broken = realtime.channel({
      name: "broken",
      topics: {
        schema: {
          schema: z.string().refine(() => {
            throw new Error("db-7.internal refused");
          }),
        },
        lost: { schema: z.string() },
      },
    });
    const transport = memory();
    const { app, onError } = start({}, transport);
    const handler = createHandler(app, { channels: registry({ broken }), publish: true });
    const { key: token } = await app.token({ channel: broken, publish: ["schema", "lost"] });
    vi.spyOn(transport, "publish").mockRejectedValue(new Error("db-7.internal is gone"));
    const messages = [
      { topic: "schema", data: "x" },
      { topic: "lost", data: "x" },
    ];
    const response = await handler(post("/publish", { token, channel: "broken", messages }));
    const text = await response.text();
    expect(text).not.toContain("db-7");
    expect(JSON.parse(text).results.map(({ error }: { error: object }) => error)).toEqual([
      { code: "SCHEMA_FAILED", message: "Something went wrong on the server." },
      { code: "TRANSPORT_FAILED", message: "Something went wrong on the server." },
    ]);
    expect(onError.mock.calls.map(([error]) => error.code)).toEqual(["SCHEMA_FAILED", "TRANSPORT_FAILED"]);
  });

  it("passes on no words of the transport's", async () => {
    const transport = memory();
    const { results, tokenFor } = start({}, transport);
    const error = new RealtimeError("PAYLOAD_TOO_LARGE", "redis://10.0.0.7 takes 1 MB");
    vi.spyOn(transport, "publish").mockResolvedValue([{ error }]);
    const [{ error: told }] = await results(await tokenFor(["log"]), [{ topic: "log", data: "x" }]);
    expect(told.code).toBe("PAYLOAD_TOO_LARGE");
    expect(told.message).not.toContain("redis");
  });
});

describe("a request to publish is refused", () => {
  it.each([
    ["without a token", { channel: NAME, messages: [{ topic: "log" }] }],
    ["without a channel", { token: "x", messages: [{ topic: "log" }] }],
    ["without messages", { token: "x", channel: NAME }],
    ["with an empty list", { token: "x", channel: NAME, messages: [] }],
    ["with 101 messages", { token: "x", channel: NAME, messages: Array(101).fill({ topic: "log" }) }],
    ["with a message that is none", { token: "x", channel: NAME, messages: [null] }],
    ["with a topic that is none", { token: "x", channel: NAME, messages: [{ topic: 1 }] }],
    ["with a key that is none", { token: "x", channel: NAME, messages: [{ topic: "log", key: 1 }] }],
  ])("%s", async (_, body) => {
    const { handler } = start();
    await expectRefusal(await handler(post("/publish", body)), 400, "INVALID_REQUEST");
  });

  it("whose body is too large", async () => {
    const { handler } = start();
    const body = { token: "x", channel: NAME, messages: [{ topic: "log", data: "x".repeat(1_048_576) }] };
    await expectRefusal(await handler(post("/publish", body)), 413, "FRAME_TOO_LARGE");
  });

  it("whose token isn't one, is another server's, has expired or was revoked", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { app, send, tokenFor } = start();
    const message = [{ topic: "log", data: "x" }];
    await expectRefusal(await send("x", message), 401, "TOKEN_MALFORMED");
    const key = await tokenFor(["log"], "u1");
    await expectRefusal(await send(`${key.slice(0, -4)}AAAA`, message), 401, "TOKEN_INVALID");
    expect((await send(key, message)).status).toBe(200);
    await app.revoke({ subject: "u1" });
    await expectRefusal(await send(key, message), 401, "TOKEN_REVOKED");
    const late = await tokenFor(["log"]);
    vi.setSystemTime(Date.now() + 16 * 60_000);
    await expectRefusal(await send(late, message), 401, "TOKEN_EXPIRED");
    vi.useRealTimers();
  });

  it("whose token doesn't let publish to each of its topics, in this channel", async () => {
    const { app, send, tokenFor, onError } = start();
    const both = [
      { topic: "log", data: "x" },
      { topic: "step", data: 1 },
    ];
    await expectRefusal(await send(await tokenFor(), both), 403, "TOKEN_SCOPE");
    await expectRefusal(await send(await tokenFor(["log"]), both), 403, "TOKEN_SCOPE");
    await expectRefusal(await send(await tokenFor(["log", "step"]), both, "job:8"), 403, "TOKEN_SCOPE");
    expect(await history(app)).toEqual([]);
    expect(onError).not.toHaveBeenCalled();
  });

  it("to a channel, or a topic, that the server no longer has", async () => {
    const { app, handler } = start();
    const key = (await app.token({ channel: "gone:1", topics: [], publish: ["x"] })).key;
    const request = post("/publish", { token: key, channel: "gone:1", messages: [{ topic: "x" }] });
    await expectRefusal(await handler(request), 404, "UNKNOWN_CHANNEL");
    const scope = { channel: NAME, topics: [], publish: ["old", "topics"] } as never;
    const { key: old } = await app.token(scope);
    const messages = [{ topic: "old" }, { topic: "topics" }];
    const response = await handler(post("/publish", { token: old, channel: NAME, messages }));
    const { results } = await response.json();
    expect(results.map(({ error }: { error: { code: string } }) => error.code)).toEqual([
      "UNKNOWN_TOPIC",
      "UNKNOWN_TOPIC",
    ]);
  });

  it("whole, where there is no room, or the app is closed", async () => {
    const transport = memory();
    const { app, send, tokenFor } = start({}, transport);
    const token = await tokenFor(["log"]);
    const error = new RealtimeError("OVERLOADED", "no room on 10.0.0.7");
    vi.spyOn(transport, "publish").mockResolvedValueOnce([{ error }]);
    const message = await expectRefusal(await send(token, [{ topic: "log" }]), 503, "OVERLOADED");
    expect(message).not.toContain("10.0.0.7");
    await app.close();
    await expectRefusal(await send(token, [{ topic: "log", data: "x" }]), 503, "CLOSED");
  });
});

describe("the rate limit", () => {
  const messages = (count: number) => Array.from({ length: count }, () => ({ topic: "log", data: "x" }));

  it("is by subject, whatever the token, and nothing beyond it is published", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { app, send, tokenFor } = start({ publish: { perSecond: 2, burst: 5 } });
    expect((await send(await tokenFor(["log"], "u1"), messages(4))).status).toBe(200);
    const refused = await send(await tokenFor(["log"], "u1"), messages(4));
    expect(refused.headers.get("retry-after")).toBe("2");
    await expectRefusal(refused, 429, "RATE_LIMITED");
    expect(await history(app)).toHaveLength(4);
    expect((await send(await tokenFor(["log"], "u2"), messages(4))).status).toBe(200);
    vi.setSystemTime(Date.now() + 2000);
    expect((await send(await tokenFor(["log"], "u1"), messages(4))).status).toBe(200);
    vi.useRealTimers();
  });

  it("is by token where there is no subject, even one that is spelled like a token's id", async () => {
    const { send, tokenFor } = start({ publish: { perSecond: 0.001, burst: 1 } });
    const token = await tokenFor(["log"]);
    expect((await send(token, messages(1))).status).toBe(200);
    expect((await send(token, messages(1))).status).toBe(429);
    expect((await send(await tokenFor(["log"]), messages(1))).status).toBe(200);
  });

  it("lets forty at once by default", async () => {
    const { send, tokenFor } = start();
    const token = await tokenFor(["log"]);
    expect((await send(token, messages(40))).status).toBe(200);
    expect((await send(token, messages(2))).status).toBe(429);
  });
});
