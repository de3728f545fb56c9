import { describe, expect, it, vi } from "vitest";
import { realtime } from "../realtime.js";
import { staticSchema } from "../schema.js";
import { channel, client, gateway, open, pipeline, sent, token, useGateway } from "./set-up.test-support.js";

useGateway();

describe("options that are wrong reject with INVALID_OPTIONS", () => {
  it.each([
    [{ onMessage: 5 }, "onMessage must be a function"],
    [{ onError: {} }, "onError must be a function"],
    [{ onGap: "x" }, "onGap must be a function"],
    [{ onStatus: true }, "onStatus must be a function"],
    [{ url: new URL("https://host") }, "url must be a string"],
    [{ after: 5 }, "after must be a string"],
    [{ channel: pipeline }, "channel: call its definition with its params"],
    [{ channel: "pipeline:1" }, "channel: call its definition with its params"],
    [{ channel: {} }, "channel: call its definition with its params"],
    [{ topics: "status" }, "topics must list names"],
    [{ topics: [] }, "topics must list names"],
    [{ topics: [5] }, "topics must list names"],
    [{ validate: true }, "validate needs a channel with schemas"],
    [
      { validate: true, channel: { name: "pipeline:1", topics: ["status"] } },
      "validate needs a channel with schemas",
    ],
    [{ url: "/path" }, 'give an absolute url, not "/path"'],
    [{ url: "ftp://host/x" }, 'give an absolute url, not "ftp://host/x"'],
    [{ url: "http://" }, 'give an absolute url, not "http://"'],
  ])("%o", async (options, message) => {
    const promise = client.subscribe({ token, ...options } as never);
    await expect(promise).rejects.toMatchObject({
      code: "INVALID_OPTIONS",
      message: `subscribe: ${message}.`,
    });
  });

  it("and an unknown topic with UNKNOWN_TOPIC", async () => {
    const promise = client.subscribe({ token, channel, topics: ["typo"] as never });
    await expect(promise).rejects.toMatchObject({
      code: "UNKNOWN_TOPIC",
      message: 'Channel "pipeline:1" has no topic "typo".',
    });
  });
});

it("null is as good as nothing", async () => {
  await open({
    channel: null,
    topics: null,
    onMessage: null,
    signal: null,
    url: null,
    after: null,
    wires: null,
    validate: null,
  });
  expect(sent()).toEqual([{ type: "subscribe", id: 1, token: "key", channel: "pipeline:1" }]);
});

it("a channel of another copy of the package will do", async () => {
  await open({ channel: { name: "pipeline:1", topics: ["status"] } });
  expect(sent()[0]).toMatchObject({ topics: ["status"] });
});

it("a literal channel will do", async () => {
  const news = realtime.channel({ name: "news", topics: { latest: { schema: staticSchema<string>() } } });
  await open({ channel: news, token: { ...token, channel: "news", topics: ["latest"] } });
  expect(sent()[0]).toMatchObject({ topics: ["latest"] });
});

describe("a signal", () => {
  it("that was aborted before rejects with its reason, and nothing is called", async () => {
    const source = vi.fn();
    const promise = client.subscribe({ token: source, signal: AbortSignal.abort(new Error("late")) });
    await expect(promise).rejects.toThrow("late");
    expect(source).not.toHaveBeenCalled();
    expect(gateway.connections).toEqual([]);
  });
});

it("what a wire throws rejects as it is, or as CONNECT_FAILED", async () => {
  gateway.refusal = new TypeError("insecure");
  await expect(client.subscribe({ token })).rejects.toMatchObject({
    code: "CONNECT_FAILED",
    message: "The wire failed: insecure",
    cause: gateway.refusal,
  });
});
