import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RealtimeError } from "../errors.js";
import { type ClientOptions, createClient } from "./client.js";
import { Gateway } from "./gateway.test-support.js";
import { handlers, log, tick, token, url, useGateway } from "./set-up.test-support.js";

useGateway();

let ws: Gateway;
let sse: Gateway;
const made: ReturnType<typeof createClient>[] = [];
beforeEach(() => {
  ws = new Gateway({ name: "websocket" });
  sse = new Gateway({ name: "sse", oneWay: true });
});
afterEach(async () => {
  for (const client of made.splice(0)) client.close();
  await tick();
  expect([ws.live, sse.live]).toEqual([0, 0]);
});

const make = (options: ClientOptions = {}) => {
  const client = createClient({ wires: [ws.wire, sse.wire], random: () => 1, ...options });
  made.push(client);
  return client;
};
const missing = () => new RealtimeError("MISSING_PEER", "No WebSocket here.");
/** Attempts over the one, and over the other. */
const attempts = () => [ws.connections.length, sse.connections.length];
const open = async (client = make(), options: object = {}) => {
  const promise = client.subscribe({ token, ...handlers, ...options });
  promise.catch(() => {});
  await tick(10);
  return { client, promise };
};

describe("the next wire", () => {
  it("is taken at once where the first never opens, and nobody is told", async () => {
    const { promise } = await open();
    ws.last.close();
    expect(attempts()).toEqual([1, 1]);
    expect(sse.last.sent).toMatchObject([{ subscriptions: [{ id: 1, token: "key" }] }]);
    sse.last.open().subscribed("e.0", 1);
    await promise;
    expect(log).toEqual(["connecting", "open"]);
  });

  it("is taken after 10 seconds without a frame", async () => {
    await open();
    await tick(9_989);
    expect(attempts()).toEqual([1, 0]);
    await tick(1);
    expect([attempts(), ws.last.closedWith?.[0], log]).toEqual([[1, 1], 4408, ["connecting"]]);
  });

  it("goes on from where the subscription is, with the same token", async () => {
    await open(make(), { after: "e.7" });
    ws.last.close();
    expect(sse.last.sent).toMatchObject([{ subscriptions: [{ id: 1, token: "key", after: "e.7" }] }]);
  });

  it("may be one that takes frames", async () => {
    await open(make({ wires: [sse.wire, ws.wire] }));
    sse.last.close(4404);
    expect(ws.last.open().sent).toMatchObject([{ type: "subscribe", id: 1 }]);
  });

  it("after the last is the first one, after a wait, and then the user is told", async () => {
    await open();
    ws.last.close();
    sse.last.close();
    expect(log).toEqual(["connecting", "CONNECT_FAILED"]);
    await tick(499);
    expect(attempts()).toEqual([1, 1]);
    await tick(1);
    expect(attempts()).toEqual([2, 1]);
    ws.last.close();
    sse.last.close();
    await tick(999);
    expect(attempts()).toEqual([2, 2]);
    await tick(1);
    expect(attempts()).toEqual([3, 2]);
    expect(log).toEqual(["connecting", "CONNECT_FAILED", "CONNECT_FAILED"]);
  });

  it.each([4403, 4406])("is not tried after %i: the gateway was reached, and refuses", async (code) => {
    const { promise } = await open();
    ws.last.close(code);
    await expect(promise).rejects.toMatchObject({
      code: code === 4403 ? "ORIGIN_REFUSED" : "PROTOCOL_VERSION",
    });
    expect(attempts()).toEqual([1, 0]);
  });

  it("is not tried for a subscription that was closed meanwhile", async () => {
    const controller = new AbortController();
    const { promise } = await open(make(), { signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(promise).rejects.toThrow("enough");
    ws.last.close();
    await tick(60_000);
    expect(attempts()).toEqual([1, 0]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a wire that worked", () => {
  it("is stayed with, however it is lost", async () => {
    await open();
    ws.last.close();
    sse.last.open().subscribed("e.0", 1).close();
    await tick(510);
    sse.last.open().subscribed("e.0", 1);
    expect(attempts()).toEqual([1, 2]);
    await open(make());
  });

  it("gives way to the first only after a loss, and more than 5 minutes after that failed", async () => {
    await open();
    ws.last.close();
    const hold = async (time: number) => {
      sse.last.open().subscribed("e.0", 1);
      for (let passed = 0; passed < time; passed += 10_000) {
        await tick(10_000);
        sse.last.send({ type: "heartbeat" });
      }
    };
    await hold(200_000);
    sse.last.close(1006);
    await tick(260);
    await hold(200_000);
    // A planned end is no loss.
    sse.last.close(1000);
    await tick();
    expect(attempts()).toEqual([1, 3]);
    sse.last.open().subscribed("e.0", 1).close(1006);
    await tick(500);
    expect(attempts()).toEqual([2, 3]);
    ws.last.close();
    expect(attempts()).toEqual([2, 4]);
  });

  it("that fails when it is tried again is followed by the next", async () => {
    await open();
    ws.last.open().subscribed().close();
    await tick(500);
    ws.last.close();
    sse.last.open().subscribed("e.0", 1);
    expect(log).toEqual(["connecting", "open", "reconnecting", "CONNECTION_LOST", "open"]);
  });
});

describe("a wire that can't be used here", () => {
  it("is passed over, and never tried again", async () => {
    ws.refusal = missing();
    const { promise } = await open();
    expect(attempts()).toEqual([0, 1]);
    sse.last.close();
    ws.refusal = undefined;
    await tick(510);
    expect(attempts()).toEqual([0, 2]);
    sse.last.open().subscribed("e.0", 1);
    await promise;
  });

  it("is the error where none is left", async () => {
    ws.refusal = missing();
    const { promise } = await open(make({ wires: [ws.wire] }));
    await expect(promise).rejects.toMatchObject({ code: "MISSING_PEER" });
    expect(log).toEqual(["connecting", "closed"]);
  });

  it("as the last leaves the others' failure to be mended", async () => {
    ws.refusal = missing();
    await open(make({ wires: [sse.wire, ws.wire] }));
    sse.last.close();
    expect(log).toEqual(["connecting", "CONNECT_FAILED"]);
    await tick(510);
    expect(attempts()).toEqual([0, 2]);
  });
});

describe("which wires", () => {
  const sockets: string[] = [];
  const posted: string[] = [];
  beforeEach(() => {
    sockets.length = posted.length = 0;
    vi.stubGlobal(
      "WebSocket",
      class {
        readyState = 0;
        constructor(url: string) {
          sockets.push(url);
        }
        close() {}
      },
    );
    vi.stubGlobal("fetch", async (url: string) => {
      posted.push(url);
      throw new Error("refused");
    });
  });
  const tried = async (options: object, client: ClientOptions = {}) => {
    const { client: mine } = await open(make({ wires: undefined, ...client }), options);
    await tick();
    mine.close();
    return [sockets.length, posted.length];
  };

  it("by default WebSocket, then SSE", async () => {
    expect(await tried({})).toEqual([1, 0]);
    expect(sockets).toEqual([url.replace("https", "wss")]);
  });

  it("those that the token names, in its order", async () => {
    expect(await tried({ token: { ...token, wires: ["sse"] } })).toEqual([0, 1]);
    expect(await tried({ token: { ...token, wires: ["pigeon", "sse", "websocket"] } })).toEqual([1, 2]);
  });

  it("all where the token names none that is known", async () => {
    expect(await tried({ token: { ...token, wires: ["pigeon"] } })).toEqual([1, 0]);
    expect(await tried({ token: { ...token, wires: [] } })).toEqual([2, 0]);
  });

  it("the client's own whatever the token says, and a subscription's before those", async () => {
    const { token: _, ...options } = { token: { ...token, wires: ["sse"] }, wires: undefined };
    expect(await tried({ token: { ...token, wires: ["sse"] }, ...options }, { wires: [ws.wire] })).toEqual([
      0, 0,
    ]);
    expect(ws.connections).toHaveLength(1);
    await tried({ wires: [sse.wire] }, { wires: [ws.wire] });
    expect(attempts()).toEqual([1, 1]);
  });

  it.each([[[]], ["sse"], [[null]]])("%j: are refused", async (wires) => {
    const promise = make().subscribe({ token, wires: wires as never });
    await expect(promise).rejects.toMatchObject({
      code: "INVALID_OPTIONS",
      message: "subscribe: wires must list wires.",
    });
  });

  it("the same list, however it was made, has one connection", async () => {
    const client = make();
    const first = await open(client, { wires: [ws.wire, sse.wire] });
    ws.last.open().subscribed();
    await open(client, { wires: [ws.wire, sse.wire], topics: ["tokens"] });
    await first.promise;
    expect(attempts()).toEqual([1, 0]);
    await open(client, { wires: [ws.wire] });
    expect(attempts()).toEqual([2, 0]);
    await open(client, { wires: [ws.wire, sse.wire, new Gateway().wire] });
    expect(attempts()).toEqual([3, 0]);
  });
});
