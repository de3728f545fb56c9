import { describe, expect, it, vi } from "vitest";
import { memory } from "../../../transports/memory/index.js";
import { RealtimeError } from "../../errors.js";
import { ch, channels, EventReader, post, streamOf } from "../handler/set-up.test-support.js";
import { createHandler } from "../handler.js";
import { watched } from "./observe.test-support.js";

describe("over HTTP", () => {
  it("a stream is told from its request to its end", async () => {
    const { app, of, types } = watched();
    const handler = createHandler(app);
    const { key } = await app.token({ channel: ch, topics: ["step"] });
    const gone = new AbortController();
    const reader = new EventReader(await handler(streamOf([{ id: 1, token: key }], { signal: gone.signal })));
    await reader.next("subscribed");
    await app.publish(ch.step, 1);
    expect(await reader.data(1)).toEqual([1]);
    gone.abort();
    await vi.waitFor(() => expect(of("disconnected")).toMatchObject([{ wire: "sse", code: 1005 }]));
    expect(types()).toEqual([
      "connected",
      "subscribed",
      "delivered",
      "published",
      "unsubscribed",
      "disconnected",
    ]);
  });

  it("subscriptions of a request are refused one by one, or all together", async () => {
    const { app, of } = watched();
    const handler = createHandler(app, { maxSubscriptions: 1, origins: ["https://app.example.com"] });
    const { key } = await app.token({ channel: ch });
    const asked = [1, 2].map((id) => ({ id, token: key }));
    const reader = new EventReader(await handler(streamOf(asked)));
    await reader.next("ended");
    await handler(
      post("", { versions: ["halyard.v0"], subscriptions: [] }, { origin: "https://app.example.com" }),
    );
    await handler(post("", {}, { origin: "https://evil.example" }));
    expect(of("refused")).toMatchObject([
      { what: "subscribe", code: "TOO_MANY_SUBSCRIPTIONS", wire: "sse", connection: 1 },
      { what: "subscribe", code: "PROTOCOL_VERSION", wire: "sse", origin: "https://app.example.com" },
      { what: "subscribe", code: "ORIGIN_REFUSED", wire: "sse", origin: "https://evil.example" },
    ]);
    await reader.cancel();
  });

  it("of a stream that is turned away, nothing is told after its end", async () => {
    const { app, of, types } = watched();
    const handler = createHandler(app, { maxSubscriptions: 1, maxConnectionsPerSubject: 1 });
    const { key } = await app.token({ channel: ch, subject: "ann" });
    const first = new EventReader(await handler(streamOf([{ id: 1, token: key }])));
    await first.next("subscribed");
    const second = await handler(streamOf([1, 2].map((id) => ({ id, token: key }))));
    await second.text();
    expect(of("refused")).toMatchObject([{ code: "TOO_MANY_CONNECTIONS", connection: 2 }]);
    expect(types().at(-1)).toBe("disconnected");
    await first.cancel();
  });

  it("a token that isn't given names its channel", async () => {
    const { app, events } = watched();
    const handler = createHandler(app, { channels, authorize: () => false });
    await handler(post("/token", { channel: ch.name }));
    expect(events).toEqual([
      { type: "refused", what: "token", code: "FORBIDDEN", message: expect.any(String), channel: "job:7" },
    ]);
  });

  it("what clients publish is told as published, or refused by message", async () => {
    const { app, of } = watched();
    const handler = createHandler(app, { channels, publish: { perSecond: 1, burst: 3 } });
    const { key: token } = await app.token({ channel: ch, topics: [], publish: ["note"], subject: "ann" });
    const send = (...messages: object[]) => handler(post("/publish", { token, channel: ch.name, messages }));
    await send({ topic: "note", data: { text: "hi" } }, { topic: "note", data: { text: "" } });
    expect(of("published")).toMatchObject([{ channel: "job:7", topic: "note" }]);
    await send({ topic: "step", data: 1 });
    await send({ topic: "note", data: { text: "hi" } }, { topic: "note", data: { text: "hi" } });
    expect(of("refused")).toMatchObject([
      { what: "publish", code: "INVALID_PAYLOAD", channel: "job:7", topic: "note", subject: "ann" },
      { what: "publish", code: "TOKEN_SCOPE", channel: "job:7" },
      { what: "publish", code: "RATE_LIMITED", channel: "job:7" },
    ]);
  });

  it.each(["OVERLOADED", "CLOSED"] as const)(
    "what is refused as a whole, as %s, is told once",
    async (code) => {
      const error = new RealtimeError(code, "The broker at 10.0.0.7 is busy.");
      const transport = { ...memory(), publish: async () => [{ error }, { error }] };
      const { app, of } = watched(transport);
      const handler = createHandler(app, { channels, publish: true });
      const { key: token } = await app.token({ channel: ch, topics: [], publish: ["note"], subject: "ann" });
      const messages = [1, 2].map((n) => ({ topic: "note", data: { text: `${n}` } }));
      const response = await handler(post("/publish", { token, channel: ch.name, messages }));
      expect(response.status).toBe(503);
      expect(of("refused")).toEqual([
        { type: "refused", what: "publish", code, message: expect.any(String), channel: "job:7" },
      ]);
    },
  );
});
