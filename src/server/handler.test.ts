import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ch, channels, expectRefusal, post, setUp, URL_OF_GATEWAY } from "./handler/set-up.test-support.js";
import { createHandler } from "./handler.js";

const authorize = () => true;
const request = (method: string, path: string, headers = {}) =>
  new Request(`${URL_OF_GATEWAY}${path}`, { method, headers });

describe("createHandler", () => {
  it.each([
    ["no app", () => createHandler({} as never)],
    ["channels alone", () => setUp({ channels })],
    ["authorize without channels", () => setUp({ authorize })],
    ["publish without channels", () => setUp({ publish: true })],
    ["channels that are no registry", () => setUp({ channels: {} as never, authorize })],
    ["authorize that is no function", () => setUp({ channels, authorize: true as never })],
    ["publish that is no option", () => setUp({ channels, publish: "yes" as never })],
    ["a rate of 0", () => setUp({ channels, publish: { perSecond: 0 } })],
    ["a burst below 1", () => setUp({ channels, publish: { burst: 0.5 } })],
    ["maxBytes that is no number", () => setUp({ channels, publish: { maxBytes: Number.NaN } })],
    ["a stream of no age", () => setUp({ maxStreamAge: 10 })],
    ["a stream older than timers", () => setUp({ maxStreamAge: "30d" })],
    ["a gateway's option that is wrong", () => setUp({ maxFrameBytes: 1 })],
    ["any origin", () => setUp({ origins: ["*"] })],
    ["a header that is none", () => setUp({ origins: [], headers: ["x y"] })],
  ])("refuses %s", (_, create) => {
    expect(create).toThrow(expect.objectContaining({ code: "INVALID_OPTIONS" }));
  });

  it("needs no options to stream", async () => {
    const { handler } = setUp();
    expect((await handler(request("GET", "/health"))).status).toBe(200);
  });
});

describe("paths and methods", () => {
  it.each([
    ["GET", ""],
    ["PUT", ""],
    ["HEAD", ""],
    ["GET", "/token"],
    ["GET", "/publish/"],
    ["POST", "/health"],
  ])("%s %s is not allowed, and what is, is said", async (method, path) => {
    const { handler } = setUp({ channels, authorize, publish: true });
    const response = await handler(request(method, path));
    expect(response.headers.get("allow")).toBe(`${path === "/health" ? "GET" : "POST"}, OPTIONS`);
    await expectRefusal(response, 405, "INVALID_REQUEST");
  });

  it.each(["/token", "/publish"])("%s is switched off unless options say so", async (path) => {
    const { handler, onError } = setUp();
    await expectRefusal(await handler(post(path, {})), 404, "UNSUPPORTED");
    expect(onError).not.toHaveBeenCalled();
  });

  it("what a path's last part happens to be called on every object is no endpoint", async () => {
    const { handler } = setUp();
    await expectRefusal(await handler(post("/constructor", {})), 400, "INVALID_REQUEST");
  });

  it.each([
    ["/health//", 200],
    ["//health", 200],
    [`${"/".repeat(300_000)}health`, 200],
    // What looks for the path's end by backtracking takes minutes.
    [`${"/".repeat(300_000)}x`, 405],
    [`/${"x".repeat(300_000)}`, 405],
    ["/health/x", 405],
    ["/", 405],
  ])("the path's last part is found: %.20s", async (path, status) => {
    const { handler } = setUp();
    expect((await handler(request("GET", path))).status).toBe(status);
  });

  it("a WebSocket is told where it can be had", async () => {
    const { handler } = setUp();
    const response = await handler(request("GET", "", { upgrade: "WebSocket", connection: "Upgrade" }));
    expect(response.headers.get("upgrade")).toBe("websocket");
    expect(await expectRefusal(response, 426, "UNSUPPORTED")).toContain("attachWebSocket");
  });
});

describe("health", () => {
  it("says when the app drains", async () => {
    const { app, handler } = setUp();
    const before = await handler(request("GET", "/health"));
    expect([before.status, await before.json()]).toEqual([200, { status: "ok" }]);
    const closed = app.close();
    const after = await handler(request("GET", "/health"));
    expect([after.status, await after.json()]).toEqual([503, { status: "draining" }]);
    expect(after.headers.get("cache-control")).toBe("no-store");
    await closed;
  });
});

describe("errors", () => {
  it("what isn't the client's affair goes to onError, and none of it to the client", async () => {
    const secret = new Error("database password is hunter2");
    const { handler, onError } = setUp({ channels, authorize: () => Promise.reject(secret) });
    const response = await handler(post("/token", { channel: "news" }));
    const text = await response.clone().text();
    await expectRefusal(response, 500, "INTERNAL");
    expect(text).not.toContain("hunter2");
    expect(onError).toHaveBeenCalledExactlyOnceWith(secret);
  });

  it("also where authorize throws an error that has one of the client's codes", async () => {
    const error = Object.assign(new Error("internal"), { name: "RealtimeError", code: "UNKNOWN_TOPIC" });
    const { handler, onError } = setUp({ channels, authorize: vi.fn(() => Promise.reject(error)) });
    await expectRefusal(await handler(post("/token", { channel: "news" })), 500, "INTERNAL");
    expect(onError).toHaveBeenCalledExactlyOnceWith(error);
  });

  it.each([
    ["not JSON", 400, "INVALID_REQUEST", post("/token", "{")],
    ["no body", 400, "INVALID_REQUEST", post("/token", "")],
    ["null", 400, "INVALID_REQUEST", post("/token", null)],
    ["a list", 400, "INVALID_REQUEST", post("/token", [])],
    [
      "a form's content type",
      400,
      "INVALID_REQUEST",
      post("/token", { channel: "news" }, { "content-type": "text/plain" }),
    ],
    [
      "another JSON",
      400,
      "INVALID_REQUEST",
      post("/token", { channel: "news" }, { "content-type": "application/json-seq" }),
    ],
    ["too large a body", 413, "FRAME_TOO_LARGE", post("/token", { more: "x".repeat(20_000) })],
    ["one that says so", 413, "FRAME_TOO_LARGE", post("/token", "{}", { "content-length": "20000" })],
  ])("refuses %s", async (_, status, code, given) => {
    const { handler, onError } = setUp({ channels, authorize });
    await expectRefusal(await handler(given), status, code);
    expect(onError).not.toHaveBeenCalled();
  });

  it("a body that breaks off is no error of the server's", async () => {
    const { handler, onError } = setUp({ channels, authorize });
    const body = new ReadableStream({
      start(stream) {
        stream.enqueue(new TextEncoder().encode('{"chan'));
        stream.error(new Error("ECONNRESET"));
      },
    });
    const broken = post("/token", "", {}, { body, duplex: "half" } as RequestInit);
    await expectRefusal(await handler(broken), 400, "INVALID_REQUEST");
    expect(onError).not.toHaveBeenCalled();
  });

  it.each(["/token", "/publish", ""])(
    "a body that doesn't come in time is answered 408: POST %s",
    async (path) => {
      vi.useFakeTimers();
      onTestFinished(() => void vi.useRealTimers());
      const { handler, onError } = setUp({ channels, authorize, publish: true });
      const timers = vi.getTimerCount();
      let chunks = 0;
      // One byte per second: it never ends, and never rests.
      const body = new ReadableStream({
        async pull(stream) {
          await new Promise((resolve) => setTimeout(resolve, 1000));
          chunks++;
          stream.enqueue(Uint8Array.of(32));
        },
      });
      const answer = handler(post(path, "", {}, { body, duplex: "half" } as RequestInit));
      await vi.advanceTimersByTimeAsync(19_999);
      expect(vi.getTimerCount()).toBe(timers + 2);
      await vi.advanceTimersByTimeAsync(1);
      await expectRefusal(await answer, 408, "INVALID_REQUEST");
      expect(onError).not.toHaveBeenCalled();
      // Nobody reads on.
      const before = chunks;
      await vi.advanceTimersByTimeAsync(60_000);
      expect(chunks).toBeLessThanOrEqual(before + 2);
      expect(vi.getTimerCount()).toBe(timers);
    },
  );

  it("a character that two chunks share is read whole", async () => {
    const { app, handler, tokenFor } = setUp({ channels, publish: true });
    const messages = [{ topic: "log", data: "größer €" }];
    const text = JSON.stringify({ token: await tokenFor(["log"]), channel: ch.name, messages });
    const body = new ReadableStream({
      start(stream) {
        for (const byte of new TextEncoder().encode(text)) stream.enqueue(Uint8Array.of(byte));
        stream.close();
      },
    });
    const request = post("/publish", "", {}, { body, duplex: "half" } as RequestInit);
    expect((await handler(request)).status).toBe(200);
    const { messages: stored } = await app.history({ channel: ch });
    expect(stored.map(({ data }) => data)).toEqual(["größer €"]);
  });
});
