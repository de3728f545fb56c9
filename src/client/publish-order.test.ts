import { describe, expect, it, vi } from "vitest";
import { publish } from "./publish.js";
import {
  chat,
  code,
  last,
  options,
  room,
  type Sent,
  sent,
  token,
  turn,
  useRequests,
} from "./publish.test-support.js";

useRequests();

describe("order", () => {
  it("what one tick publishes goes in one request, and what comes meanwhile in the next", async () => {
    const ids: Promise<{ id: string }>[] = [];
    const say = (text: string) => ids.push(publish(room.typing, text, options));
    say("1");
    say("2");
    await turn();
    say("3");
    await turn();
    say("4");
    await turn();
    expect(sent.map(({ body }) => body.messages.map(({ data }) => data))).toEqual([["1", "2"]]);
    await last().ok();
    expect(last().body.messages.map(({ data }) => data)).toEqual(["3", "4"]);
    await last().ok();
    expect((await Promise.all(ids)).map(({ id }) => id)).toEqual(["e.1", "e.2", "e.3", "e.4"]);
    expect(sent).toHaveLength(2);
  });

  it("other channels, tokens and gateways have requests of their own", async () => {
    const other = { channel: "chat:8", key: "k8" } as const;
    void code(publish(room.typing, "1", options));
    void code(publish(chat({ room: "8" }).typing, "2", { ...options, token: other as never }));
    void code(publish(room.typing, "3", { ...options, token: { ...token, key: "another" } }));
    void code(publish(room.typing, "3, too", { ...options, token: { ...token, key: "another" } }));
    void code(publish(room.typing, "4", { ...options, url: "https://elsewhere/rt" }));
    await turn();
    expect(sent.map(({ body }) => body.messages.length)).toEqual([1, 1, 2, 1]);
  });

  it("a request takes a hundred messages, or 262,144 characters, or one that has more", async () => {
    for (let i = 0; i < 150; i++) void code(publish(room.typing, "x", options));
    for (const length of [100_000, 200_000, 300_000]) {
      void code(publish(room.typing, "x".repeat(length), options));
    }
    await turn();
    for (let i = 0; i < 4; i++) await last().ok();
    expect(sent.map(({ body }) => body.messages.length)).toEqual([100, 51, 1, 1]);
    await last().ok();
  });

  it("a thousand messages may wait", async () => {
    const all = Array.from({ length: 1001 }, (_, i) => code(publish(room.typing, `${i}`, options)));
    expect(await all[1000]).toBe("OVERLOADED");
    await turn();
    for (let i = 0; i < 10; i++) await last().ok();
    expect(new Set(await Promise.all(all.slice(0, 1000)))).toEqual(new Set(["published"]));
  });
});

describe("what is refused", () => {
  it("one message: its error, with its issues, and the others are published", async () => {
    const good = publish(room.typing, "1", options);
    const bad = publish(room.typing, "2", options);
    const issues = [{ message: "Too short", path: ["text", 0] }];
    await turn();
    const error = { code: "INVALID_PAYLOAD", message: "No.", issues };
    const settled = Promise.allSettled([good, bad]);
    await last().answer(200, { results: [{ id: "e.1" }, { error }] });
    await settled;
    expect(await good).toEqual({ id: "e.1" });
    await expect(bad).rejects.toMatchObject({ name: "RealtimeError", ...error });
  });

  it("a whole request: all of its messages, and those after it are sent all the same", async () => {
    const first = [code(publish(room.typing, "1", options)), code(publish(room.typing, "2", options))];
    await turn();
    const second = code(publish(room.typing, "3", options));
    await last().answer(429, { error: { code: "RATE_LIMITED", message: "Wait." } });
    expect(await Promise.all(first)).toEqual(["RATE_LIMITED", "RATE_LIMITED"]);
    await last().ok();
    expect(await second).toBe("published");
  });

  it.each([
    ["the network fails", (request: Sent) => request.fail(new TypeError("Failed to fetch"))],
    ["a proxy answers", (request: Sent) => request.answer(502, "<h1>Bad gateway</h1>")],
    ["something else answers", (request: Sent) => request.answer(500, {})],
    ["an answer lacks a result", (request: Sent) => request.answer(200, { results: [] })],
    ["no answer comes in 30 seconds", () => vi.advanceTimersByTimeAsync(30_000)],
  ])("says that it may have been published where %s", async (_, happen) => {
    const promise = publish(room.typing, "x", options).then(undefined, (error) => error);
    await turn();
    await happen(last());
    const error = (await promise) as Error;
    expect(error).toMatchObject({ code: "CONNECTION_LOST", cause: expect.anything() });
    expect(error.message).toMatch(/may have been published.* key/);
  });
});

describe("a signal", () => {
  it("that is aborted already keeps it from being sent", async () => {
    const reason = new Error("no more");
    await expect(publish(room.typing, "x", { ...options, signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
    expect(sent).toEqual([]);
  });

  it("takes a message out of those that wait, and leaves the others", async () => {
    const stop = new AbortController();
    void code(publish(room.typing, "1", options));
    await turn();
    const given = code(publish(room.typing, "2", { ...options, signal: stop.signal }));
    const kept = code(publish(room.typing, "3", options));
    stop.abort("why");
    expect(await given).toBe("why");
    await last().ok();
    expect(last().body.messages.map(({ data }) => data)).toEqual(["3"]);
    await last().ok();
    expect(await kept).toBe("published");
  });

  it("gives up a request that nobody else waits for, so that the next goes", async () => {
    const stop = new AbortController();
    const both = ["1", "2"].map((data) =>
      code(publish(room.typing, data, { ...options, signal: stop.signal })),
    );
    await turn();
    const next = code(publish(room.typing, "3", options));
    stop.abort("why");
    await turn();
    expect(await Promise.all(both)).toEqual(["why", "why"]);
    expect(sent[0]?.init.signal?.aborted).toBe(true);
    await last().ok();
    expect(await next).toBe("published");
  });

  it("does not, where another message is in it", async () => {
    const stop = new AbortController();
    const given = code(publish(room.typing, "1", { ...options, signal: stop.signal }));
    const kept = code(publish(room.typing, "2", options));
    await turn();
    stop.abort("why");
    expect(await given).toBe("why");
    await last().ok();
    expect([await kept, sent.length]).toEqual(["published", 1]);
  });
});
