import { describe, expect, it } from "vitest";
import { ch, EventReader, expectRefusal, job, post, setUp, streamOf } from "./set-up.test-support.js";

async function open(options = {}) {
  const started = setUp(options);
  const key = await started.tokenFor();
  const response = await started.handler(streamOf([{ id: 1, token: key }]));
  return { ...started, key, response, events: new EventReader(response) };
}

describe("a stream of events", () => {
  it("is one that proxies and frameworks leave alone", async () => {
    const { response, events } = await open();
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    });
    await events.cancel();
  });

  it("brings the protocol's frames, each as one event", async () => {
    const { app, events } = await open();
    expect(await events.frame()).toEqual({
      type: "welcome",
      heartbeat: 15_000,
      limits: { frame: 65_536, subscriptions: 100 },
    });
    expect(await events.frame()).toMatchObject({ type: "subscribed", id: 1, channel: "job:7" });
    const { id } = await app.publish(ch.log, "two\nlines");
    expect((await events.frame())?.messages).toEqual([
      [id, { topic: "log", data: "two\nlines", createdAt: expect.any(Number) }],
    ]);
    await events.cancel();
  });

  it("what a turn of the event loop brings leaves as one chunk", async () => {
    const { app, handler, tokenFor } = setUp();
    const key = await tokenFor();
    const second = await app.token({ channel: job({ id: "8" }) });
    const response = await handler(
      streamOf([
        { id: 1, token: key },
        { id: 2, token: second.key },
      ]),
    );
    const events = new EventReader(response);
    await events.next("subscribed");
    await events.next("subscribed");
    const chunk = events.chunk();
    await Promise.all([
      app.publish(ch.step, 1),
      app.publish(job({ id: "8" }).step, 2),
      app.publish(ch.step, 3),
    ]);
    expect((await chunk)?.map(({ type, id }) => [type, id])).toEqual([
      ["messages", 1],
      ["messages", 2],
    ]);
    await events.cancel();
  });

  it("carries several subscriptions, in any order of their ids, each from its position", async () => {
    const { app, handler, tokenFor } = setUp();
    const key = await tokenFor();
    const first = await app.publish(ch.step, 1);
    await app.publish(ch.step, 2);
    const response = await handler(
      streamOf([
        { id: 9, token: key, topics: ["step"], after: first.id },
        { id: 4, token: key, topics: ["log"] },
      ]),
    );
    const events = new EventReader(response);
    const ids = [(await events.next("subscribed")).id, (await events.next("subscribed")).id];
    expect(ids).toEqual([4, 9]);
    expect(await events.data(1)).toEqual([2]);
    await events.cancel();
  });

  it("one that is refused doesn't disturb the others", async () => {
    const { handler, tokenFor } = setUp({ maxSubscriptions: 2 });
    const key = await tokenFor();
    const given = [
      { id: 1, token: "nonsense" },
      { id: 2, token: key },
      { id: 3, token: key },
    ];
    const events = new EventReader(await handler(streamOf(given)));
    const frames = [await events.next("ended"), await events.next("ended"), await events.next("subscribed")];
    expect(frames.map(({ id, code }) => [id, code])).toEqual([
      [1, "TOKEN_MALFORMED"],
      [3, "TOO_MANY_SUBSCRIPTIONS"],
      [2, undefined],
    ]);
    await events.cancel();
  });

  it("one that is too large for a frame doesn't, either", async () => {
    const { handler, tokenFor } = setUp({ maxFrameBytes: 1024, maxSubscriptions: 1 });
    const key = await tokenFor();
    const given = [
      // Fewer characters than bytes.
      { id: 1, token: key, topics: ["é".repeat(500)] },
      { id: 2, token: key, topics: ["x".repeat(2000)] },
    ];
    const first = new EventReader(await handler(streamOf(given)));
    const frames = [await first.next("ended"), await first.next("ended")];
    expect(frames.map(({ id, code, retry }) => [id, code, retry])).toEqual([
      [1, "FRAME_TOO_LARGE", false],
      [2, "FRAME_TOO_LARGE", false],
    ]);
    await first.cancel();
    const [large = {}] = given;
    const second = new EventReader(await handler(streamOf([large, { id: 2, token: key }])));
    expect([(await second.next("ended")).id, (await second.next("subscribed")).id]).toEqual([1, 2]);
    await second.cancel();
  });

  it("twice as many as a connection may have are each told; more are refused as a whole", async () => {
    const { handler, onError } = setUp({ maxSubscriptions: 50 });
    const given = Array.from({ length: 101 }, (_, i) => ({ id: i + 1, token: "x" }));
    await expectRefusal(await handler(streamOf(given)), 413, "FRAME_TOO_LARGE");
    const events = new EventReader(await handler(streamOf(given.slice(1))));
    const codes: string[] = [];
    while (codes.length < 100) codes.push((await events.next("ended")).code);
    expect(codes.filter((code) => code === "TOO_MANY_SUBSCRIPTIONS")).toHaveLength(50);
    expect(onError).not.toHaveBeenCalled();
    await events.cancel();
  });

  it("what is refused waits for its reader, no more than may wait for any", async () => {
    const { handler } = setUp({ maxSubscriptions: 100, maxUnwrittenBytes: 16_384 });
    const given = Array.from({ length: 200 }, (_, i) => ({ id: i + 1, token: "x" }));
    const events = new EventReader(await handler(streamOf(given)));
    const chunks: number[] = [];
    let ids: number[] = [];
    while (ids.length < 200) {
      const frames = await events.chunk();
      if (!frames) throw new Error(`The stream ended after ${ids.length}.`);
      chunks.push(frames.length);
      ids = [...ids, ...frames.filter(({ type }) => type === "ended").map(({ id }) => id)];
    }
    expect(chunks.length).toBeGreaterThan(1);
    expect(ids).toEqual(given.map(({ id }) => id));
    await events.cancel();
  });

  it.each([
    ["no versions", 400, "INVALID_REQUEST", { subscriptions: [{ id: 1, token: "x" }] }],
    ["another version", 406, "PROTOCOL_VERSION", { versions: ["halyard.v9"], subscriptions: [] }],
    ["no subscription", 400, "INVALID_REQUEST", { versions: ["halyard.v1"], subscriptions: [] }],
    ["no list", 400, "INVALID_REQUEST", { versions: ["halyard.v1"], subscriptions: {} }],
    ["a subscription that is none", 400, "BAD_FRAME", { versions: ["halyard.v1"], subscriptions: [null] }],
    [
      "an id that is none",
      400,
      "BAD_FRAME",
      { versions: ["halyard.v1"], subscriptions: [{ id: 0, token: "x" }] },
    ],
    ["no token", 400, "BAD_FRAME", { versions: ["halyard.v1"], subscriptions: [{ id: 1 }] }],
    [
      "a frame of another type",
      400,
      "BAD_FRAME",
      { versions: ["halyard.v1"], subscriptions: [{ id: 1, type: "unsubscribe" }] },
    ],
    [
      "an id that stands twice",
      400,
      "BAD_FRAME",
      {
        versions: ["halyard.v1"],
        subscriptions: [
          { id: 3, token: "x" },
          { id: 1, token: "x" },
          { id: 3, token: "x" },
        ],
      },
    ],
    [
      "one so deep that it can't be written",
      400,
      "BAD_FRAME",
      `{"versions":["halyard.v1"],"subscriptions":[{"id":1,"token":"x","z":${"[".repeat(100_000)}${"]".repeat(100_000)}}]}`,
    ],
    ["too large a request", 413, "FRAME_TOO_LARGE", { more: "x".repeat(4 * 65_536) }],
  ])("is refused for %s", async (_, status, code, body) => {
    const { handler, onError } = setUp();
    await expectRefusal(await handler(post("", body)), status, code);
    expect(onError).not.toHaveBeenCalled();
  });

  it("is refused once the app closes", async () => {
    const { app, handler, tokenFor } = setUp();
    const token = await tokenFor();
    const closing = app.close();
    await expectRefusal(await handler(streamOf([{ id: 1, token }])), 503, "CLOSED");
    await closing;
  });
});
