import { createServer, request as httpRequest } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import express, { type RequestHandler } from "express";
import { afterEach, describe, expect, it, vi } from "vitest";
import { toNodeHandler } from "./http.js";
import { listen } from "./raw-client.test-support.js";

const cleanups: (() => unknown)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function serve(handler: (request: Request) => Promise<Response>) {
  const { server, origin } = await listen(createServer(toNodeHandler(handler)));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://${origin}`;
}

describe("toNodeHandler", () => {
  it("hands over method, path, headers and body, and sends status, headers, cookies and body", async () => {
    const origin = await serve(async (request) => {
      const headers = new Headers({ "x-seen": request.headers.get("x-mine") ?? "" });
      headers.append("set-cookie", "a=1");
      headers.append("set-cookie", "b=2");
      const { pathname, search } = new URL(request.url);
      return new Response(`${request.method} ${pathname}${search} ${await request.text()}`, {
        status: 201,
        headers,
      });
    });
    const response = await fetch(`${origin}/a/b?c=d`, {
      method: "PUT",
      body: "hello",
      headers: { "x-mine": "yes" },
    });
    expect(response.status).toBe(201);
    expect(response.headers.get("x-seen")).toBe("yes");
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await response.text()).toBe("PUT /a/b?c=d hello");
  });

  it("keeps a path that looks like a host a path", async () => {
    const origin = await serve(async (request) => new Response(new URL(request.url).pathname));
    const { port } = new URL(origin);
    const path = await new Promise<string>((resolve, reject) => {
      const sent = httpRequest({ host: "127.0.0.1", port, path: "//elsewhere/x" }, (answer) =>
        resolve(text(answer)),
      );
      sent.on("error", reject).end();
    });
    expect(path).toBe("//elsewhere/x");
  });

  /** What is answered to a request with this head. */
  function send(origin: string, head: string): Promise<string> {
    const { hostname, port } = new URL(origin);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.write(`${head}\r\nConnection: close\r\n\r\n`);
    return text(socket);
  }

  it.each(["GET // HTTP/1.1\r\nHost: [", "GET http://[ HTTP/1.1\r\nHost: x", "TRACE / HTTP/1.1\r\nHost: x"])(
    "400 for what can be no Request: %j",
    async (head) => {
      const handler = vi.fn();
      expect(await send(await serve(handler), head)).toMatch(/^HTTP\/1.1 400 .*INVALID_REQUEST/s);
      expect(handler).not.toHaveBeenCalled();
    },
  );

  it.each([
    "evil/api/realtime/token?x=",
    "evil/token#",
    "evil/token",
    "evil?",
    "evil#",
    "a\\token?",
    "user@evil",
    "user:word@evil",
    "evil/@b",
    "a b",
    "a%2fb",
    "[::1%25eth0]",
    "[::1]x",
    "[::",
    "::1",
    "a:b",
    "a:1:2",
    "a:99999",
    ":80",
  ])("400 for a Host that is none, so that it can't move the path: %s", async (host) => {
    const handler = vi.fn();
    const answer = await send(await serve(handler), `GET /health HTTP/1.1\r\nHost: ${host}`);
    expect(answer).toMatch(/^HTTP\/1.1 400 .*INVALID_REQUEST/s);
    expect(handler).not.toHaveBeenCalled();
  });

  it.each([
    ["Host: app.example.com", "http://app.example.com/health"],
    ["Host: APP_1.example.com:3000", "http://app_1.example.com:3000/health"],
    ["Host: 10.0.0.1:80", "http://10.0.0.1/health"],
    ["Host: [::1]:3000", "http://[::1]:3000/health"],
    ["Host: [::ffff:1.2.3.4]", "http://[::ffff:102:304]/health"],
    // Of who has no name for it (RFC 9110, section 7.2).
    ["Host:", "http://localhost/health"],
  ])("takes %s", async (header, url) => {
    const origin = await serve(async (request) => new Response(`<${request.url}>`));
    expect(await send(origin, `GET /health HTTP/1.1\r\n${header}`)).toContain(`<${url}>`);
  });

  it("sends a stream as it comes, and aborts the request's signal when the client goes", async () => {
    const gone = vi.fn();
    const origin = await serve(async (request) => {
      request.signal.addEventListener("abort", gone);
      return new Response(
        new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode("first")) }),
      );
    });
    const stop = new AbortController();
    const response = await fetch(origin, { signal: stop.signal });
    const { value } = (await response.body?.getReader().read()) ?? {};
    expect(new TextDecoder().decode(value)).toBe("first");
    stop.abort();
    await vi.waitFor(() => expect(gone).toHaveBeenCalledOnce());
  });

  it("sends the head at once, where the body has nothing to say yet", async () => {
    const origin = await serve(
      async () => new Response(new ReadableStream(), { headers: { "x-in": "yes" } }),
    );
    const stop = new AbortController();
    const response = await fetch(origin, { signal: stop.signal });
    expect(response.headers.get("x-in")).toBe("yes");
    stop.abort();
  });

  it("cancels the body when the client goes, although nothing is written", async () => {
    const cancel = vi.fn();
    const origin = await serve(async () => new Response(new ReadableStream({ cancel })));
    const stop = new AbortController();
    await fetch(origin, { signal: stop.signal });
    stop.abort();
    await vi.waitFor(() => expect(cancel).toHaveBeenCalledOnce());
  });

  it("cancels the body of a client that had gone before there was one", async () => {
    const cancel = vi.fn();
    const stop = new AbortController();
    const origin = await serve(async (request) => {
      stop.abort();
      await new Promise<void>((resolve) => request.signal.addEventListener("abort", () => resolve()));
      return new Response(new ReadableStream({ cancel }));
    });
    await expect(fetch(origin, { signal: stop.signal })).rejects.toThrow();
    await vi.waitFor(() => expect(cancel).toHaveBeenCalledOnce());
  });

  it("takes a body no faster than its client, also where that never reads", async () => {
    let chunks = 0;
    const pull = (stream: ReadableStreamDefaultController<Uint8Array>) => {
      chunks++;
      stream.enqueue(new Uint8Array(65_536));
    };
    const origin = await serve(async () => new Response(new ReadableStream({ pull }, { highWaterMark: 0 })));
    const { hostname, port } = new URL(origin);
    const socket = connect({ host: hostname, port: Number(port) });
    cleanups.push(() => socket.destroy());
    socket.pause();
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    let before = -1;
    await vi.waitFor(
      () => {
        const now = chunks;
        const isStill = now > 0 && now === before;
        before = now;
        expect(isStill).toBe(true);
      },
      { interval: 200, timeout: 20_000 },
    );
    // Sockets take some megabytes; a stream that isn't held back, all there is.
    expect(chunks).toBeLessThan(1000);
  });

  it("cuts the line where the body breaks off: what came is not the whole", async () => {
    const pull = vi
      .fn()
      .mockImplementationOnce((stream: ReadableStreamDefaultController) => stream.enqueue(Uint8Array.of(65)))
      .mockRejectedValue(new Error("broken"));
    const origin = await serve(async () => new Response(new ReadableStream({ pull }, { highWaterMark: 0 })));
    await expect(fetch(origin).then((response) => response.text())).rejects.toThrow();
  });

  it("answers HEAD without a body, and lets that go", async () => {
    const cancel = vi.fn();
    const origin = await serve(async () => new Response(new ReadableStream({ cancel })));
    const response = await fetch(origin, { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect(cancel).toHaveBeenCalledOnce();
  });

  const parsers: [string, RequestHandler, string][] = [
    ["no parser", (_, __, next) => next(), "application/json; charset=utf-8"],
    ["express.json()", express.json(), "application/json; charset=utf-8"],
    ["express.json() of another type", express.json({ type: "*/*" }), "application/merge-patch+json"],
    ["express.text()", express.text({ type: "*/*" }), "application/json"],
    ["express.raw()", express.raw({ type: "*/*" }), "application/json"],
    ["express.json() that lets it pass", express.json(), "text/plain"],
  ];
  it.each(parsers)(
    "in Express, behind %s, the body and the whole path are there",
    async (_, parser, type) => {
      const server = express();
      const answer = async (request: Request) =>
        Response.json([new URL(request.url).pathname, await request.text()]);
      server.use(parser);
      server.use("/api/realtime", toNodeHandler(answer));
      const { server: listening, origin } = await listen(createServer(server));
      cleanups.push(() => listening.close());
      const body = '{"said":["hé",1,null]}';
      const response = await fetch(`http://${origin}/api/realtime/token`, {
        method: "POST",
        headers: { "content-type": type },
        body,
      });
      expect(await response.json()).toEqual(["/api/realtime/token", body]);
    },
  );

  it("a form that a parser took leaves no body: it can't be written again as it was", async () => {
    const server = express();
    server.use(express.urlencoded());
    server.use(toNodeHandler(async (request) => new Response(`<${await request.text()}>`)));
    const { server: listening, origin } = await listen(createServer(server));
    cleanups.push(() => listening.close());
    const response = await fetch(`http://${origin}`, { method: "POST", body: new URLSearchParams("a=1") });
    expect(await response.text()).toBe("<>");
  });

  it("a body that another reader of Node's took before is empty", async () => {
    const answer = toNodeHandler(async (request) => new Response(`<${await request.text()}>`));
    const { server, origin } = await listen(
      createServer(async (request, response) => {
        await text(request);
        await answer(request, response);
      }),
    );
    cleanups.push(() => server.close());
    const response = await fetch(`http://${origin}`, { method: "POST", body: "taken" });
    expect(await response.text()).toBe("<>");
  });

  it("500 without detail where the handler throws, or `next` with the error where there is one", async () => {
    const error = new Error("secret");
    const origin = await serve(() => Promise.reject(error));
    const response = await fetch(origin);
    expect([response.status, await response.text()]).toEqual([500, ""]);

    const next = vi.fn();
    const { server, origin: withNext } = await listen(
      createServer((request, response) => {
        void toNodeHandler(() => Promise.reject(error))(request, response, (given) => {
          next(given);
          response.end();
        });
      }),
    );
    cleanups.push(() => server.close());
    await fetch(`http://${withNext}`);
    expect(next).toHaveBeenCalledExactlyOnceWith(error);
  });
});
