import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { WireConnection } from "../../src/wire.js";
import { sse } from "./index.js";

let server: Server;
/** What the wire told, in order. */
let log: unknown[];
let line: WireConnection | undefined;
/** Answers a request. */
let handle: (request: IncomingMessage, response: ServerResponse) => void;
/** Responses that neither end has ended. */
const live = new Set<ServerResponse>();

const events = {
  open: () => log.push("open"),
  frame: (text: string) => log.push(text),
  closed: (code: number, reason: string) => log.push([code, reason]),
};
const until = (...expected: unknown[]) => vi.waitFor(() => expect(log).toEqual(expected));
const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/base/api/realtime?x=1`;
const stream = (response: ServerResponse, status = 200, type = "text/event-stream; charset=utf-8") =>
  response.writeHead(status, { "content-type": type });
const start = (body = "{}") => {
  line = sse().connect(address(), events);
  line.send(body);
  return line;
};
/** Lets what was written arrive as a chunk of its own. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 10));

beforeEach(async () => {
  log = [];
  handle = (_, response) => stream(response).flushHeaders();
  server = createServer((request, response) => {
    live.add(response);
    response.on("close", () => live.delete(response));
    handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  line?.close(1000, "");
  line = undefined;
  vi.unstubAllGlobals();
  // No test leaves a response open.
  await vi.waitFor(() => expect(live.size).toBe(0));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe("a request", () => {
  it("is posted as JSON when it is sent, not before, and opens the line when the answer comes", async () => {
    const requests: unknown[] = [];
    handle = (request, response) => {
      const { method, url, headers } = request;
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        requests.push([method, url, headers["content-type"], body]);
        stream(response).flushHeaders();
      });
    };
    line = sse().connect(address(), events);
    await pause();
    expect(requests).toEqual([]);
    line.send('{"subscriptions":["ü"]}');
    await until("open");
    expect(requests).toEqual([
      ["POST", "/base/api/realtime?x=1", "application/json", '{"subscriptions":["ü"]}'],
    ]);
  });

  it("replaces the one before: that is aborted, and nothing of it is heard any more", async () => {
    const responses: ServerResponse[] = [];
    handle = (_, response) => void responses.push(stream(response));
    start();
    await vi.waitFor(() => expect(responses).toHaveLength(1));
    responses[0]?.write("data: one\n\n");
    await until("open", "one");
    responses[0]?.write("data: late\n\n");
    line?.send("{}");
    await vi.waitFor(() => expect(responses).toHaveLength(2));
    responses[1]?.write("data: two\n\n");
    await until("open", "one", "two");
    await vi.waitFor(() => expect(live.size).toBe(1));
  });

  it("replaces one that has not been answered", async () => {
    let count = 0;
    handle = (_, response) => ++count === 2 && stream(response).write("data: two\n\n");
    start();
    await vi.waitFor(() => expect(count).toBe(1));
    line?.send("{}");
    await until("open", "two");
  });

  it("may be sent from within a frame: what else its response brought is not heard", async () => {
    let count = 0;
    handle = (_, response) =>
      void stream(response).write(++count === 1 ? "data: a\n\ndata: b\n\n" : "data: c\n\n");
    line = sse().connect(address(), {
      ...events,
      frame(text) {
        events.frame(text);
        if (text === "a") line?.send("{}");
      },
    });
    line.send("{}");
    await until("open", "a", "c");
  });

  it("goes by the fetch that it was given, else by the global one of the time", async () => {
    const given = vi.fn<typeof fetch>(fetch);
    line = sse({ fetch: given }).connect(address(), events);
    line.send("{}");
    await until("open");
    expect(given).toHaveBeenCalledTimes(1);
    line.close(1000, "");
    const wire = sse();
    const stub = vi.fn<typeof fetch>(fetch);
    vi.stubGlobal("fetch", stub);
    line = wire.connect(address(), events);
    line.send("{}");
    await until("open", [1000, ""], "open");
    expect(stub).toHaveBeenCalledTimes(1);
  });
});

describe("the end", () => {
  it("of the body, cleanly, is 1000; an event without its empty line is dropped", async () => {
    handle = (_, response) => stream(response).end("data: whole\n\ndata: half\n");
    start();
    await until("open", "whole", [1000, ""]);
    line?.send("too late");
    await pause();
    expect(log).toHaveLength(3);
  });

  it("by a cut is 1006", async () => {
    handle = (_, response) => stream(response).write("data: one\n\n");
    start();
    await until("open", "one");
    for (const response of live) response.destroy();
    await until("open", "one", [1006, ""]);
  });

  it("where nobody listens is 1006", async () => {
    const closed = createTcpServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    line = sse().connect(`http://127.0.0.1:${port}`, events);
    line.send("{}");
    await until([1006, ""]);
  });

  it("where there is no fetch is 1006", async () => {
    vi.stubGlobal("fetch", undefined);
    start();
    await until([1006, ""]);
  });

  it.each([204, 403, 404, 413, 429, 500, 503])("by status %i is 4000 + that", async (status) => {
    handle = (_, response) => stream(response, status).end();
    start();
    await until([4000 + status, status === 404 ? "no gateway there" : ""]);
  });

  it("by what is no event stream is as if nothing answered there", async () => {
    handle = (_, response) => stream(response, 200, "text/html").write("<!doctype html>");
    start();
    await until([4404, "no gateway there"]);
  });

  it("by its user is told at once, and nothing after that; the response is let go of", async () => {
    handle = (_, response) => stream(response).write("data: one\n\n");
    start();
    await until("open", "one");
    for (const response of live) response.write("data: late\n\n");
    line?.close(4408, "heartbeat");
    expect(log).toEqual(["open", "one", [4408, "heartbeat"]]);
    line?.close(1000, "");
    await vi.waitFor(() => expect(live.size).toBe(0));
    await pause();
    expect(log).toHaveLength(3);
  });

  it("by its user before the answer aborts the request", async () => {
    handle = () => {};
    start();
    await vi.waitFor(() => expect(live.size).toBe(1));
    line?.close(1000, "");
    await vi.waitFor(() => expect(live.size).toBe(0));
    expect(log).toEqual([[1000, ""]]);
  });
});

describe("the format", () => {
  const bytes = (text: string) => Buffer.from(text);
  it.each<[string, (string | Buffer)[], string[]]>([
    ["LF", ["data: 1\n\ndata: 2\n\n"], ["1", "2"]],
    ["CR LF", ["data: 1\r\n\r\ndata: 2\r\n\r\n"], ["1", "2"]],
    ["CR, at once", ["data: 1\r\rdata: 2\r\r"], ["1", "2"]],
    ["CR LF over chunks", ["data: 1\r", "\ndata: 2\r", "\n\r", "\n", "data: 3\r\n", "\r\n"], ["1\n2", "3"]],
    ["CR, then LF LF in the next chunk", ["data: 1\r", "\n\n"], ["1"]],
    ["CR | LF | LF", ["data: 1\r", "\n", "\n", "data: 2\n\n"], ["1", "2"]],
    ["CR | CR", ["data: 1\r", "\r", "data: 2\r", "\r"], ["1", "2"]],
    ["no space, one space, two", ["data:1\n\ndata: 2\n\ndata:  3\n\n"], ["1", "2", " 3"]],
    ["several lines of data", ["data: {\ndata:  1\ndata\ndata: }\n\n"], ["{\n 1\n\n}"]],
    [
      "comments and other fields",
      [": hi\nid: 5\nevent: x\nretry: 1\ndatum: 9\n:data: 8\ndata: 1\n\n"],
      ["1"],
    ],
    ["empty lines, and events without data", ["\n\nevent: x\n\n: y\n\ndata: 1\n\n\n\n"], ["1"]],
    ["a byte order mark", [bytes("\ufeffdata: 1\n\n")], ["1"]],
    ["chunks anywhere", [..."data: one\n\ndata: two\n\n"], ["one", "two"]],
    ["UTF-8 over chunks", [...bytes("data: ü€😀\n\n")].map((byte) => Buffer.from([byte])), ["ü€😀"]],
  ])("%s", async (_, chunks, expected) => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(new Uint8Array(Buffer.from(chunk)));
      },
    });
    const headers = { "content-type": "text/event-stream" };
    line = sse({ fetch: async () => new Response(body, { headers }) }).connect(address(), events);
    line.send("{}");
    // The body goes on: what came is told without waiting for more.
    await until("open", ...expected);
  });

  it("holds over a real socket, in small chunks", async () => {
    const text = 'data: {"a":"ü😀"}\r\n\r\n: beat\r\ndata: {"b":2}\r\n\r\n';
    handle = async (_, response) => {
      stream(response);
      for (const byte of Buffer.from(text)) {
        response.write(Buffer.from([byte]));
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    };
    start();
    await until("open", '{"a":"ü😀"}', '{"b":2}', [1000, ""]);
  });
});
