/** The handler where users mount it: Next's route modules, Hono, plain `fetch` handlers, Node. */
import { createServer } from "node:http";
import { Hono } from "hono";
import { describe, expect, it, onTestFinished } from "vitest";
import type { createHandler } from "../handler.js";
import { toNodeHandler } from "../node/http.js";
import { listen } from "../node/raw-client.test-support.js";
import { ch, channels, EventReader, setUp } from "./set-up.test-support.js";

type Answer = (request: Request) => Response | Promise<Response>;

/** As Next calls what a route's module exports, by the request's method. */
function nextRoute(handler: ReturnType<typeof createHandler>): Answer {
  const route = { GET: handler, POST: handler, OPTIONS: handler };
  type RouteHandler = (request: Request, context: { params: Promise<object> }) => Promise<Response>;
  return (request) => {
    const method: RouteHandler | undefined = route[request.method as keyof typeof route];
    if (!method) return new Response(null, { status: 405 });
    return method(request, { params: Promise.resolve({ path: ["token"] }) });
  };
}

function hono(handler: Answer): Answer {
  const server = new Hono().basePath("/api");
  server.use(async (c, next) => {
    await next();
    c.header("x-served-by", "hono");
  });
  server.all("/realtime", (c) => handler(c.req.raw));
  server.all("/realtime/*", (c) => handler(c.req.raw));
  return (request) => server.fetch(request);
}

const mounts: [string, (handler: ReturnType<typeof createHandler>) => Answer | Promise<Answer>][] = [
  ["a fetch handler", (handler) => handler],
  ["a route of Next", nextRoute],
  ["Hono", hono],
  ["node:http", onNode],
  ["Hono behind node:http", (handler) => onNode(async (request) => hono(handler)(request))],
];

/** Sends each request over a real socket. */
async function onNode(handler: (request: Request) => Promise<Response>): Promise<Answer> {
  const { server, origin } = await listen(createServer(toNodeHandler(handler)));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return async (request) => {
    const { pathname } = new URL(request.url);
    const { method, headers, signal } = request;
    const body = method === "POST" ? await request.text() : null;
    return fetch(`http://${origin}${pathname}`, { method, headers, body, signal });
  };
}

describe.each(mounts)("%s", (_, mount) => {
  it("gives a token, streams, takes messages, and says how it is", async () => {
    const { app, handler } = setUp({
      channels,
      authorize: ({ request }) =>
        request.headers.get("authorization") === "me" && { publish: ["log"], subject: "me" },
      publish: true,
      origins: ["https://pages.example.org"],
    });
    const ask = await mount(handler);
    const send = (method: string, path: string, body?: object, headers = {}, more = {}) =>
      ask(
        new Request(`http://localhost/api/realtime${path}`, {
          method,
          headers: { "content-type": "application/json", ...headers },
          body: body ? JSON.stringify(body) : null,
          ...more,
        }),
      );

    const asked = { channel: ch.name, topics: ["log"], publish: ["log"] };
    expect((await send("POST", "/token", asked)).status).toBe(403);
    const token = await (await send("POST", "/token", asked, { authorization: "me" })).json();
    expect(token).toMatchObject({ channel: ch.name, topics: ["log"] });

    const stop = new AbortController();
    const subscriptions = [{ id: 1, token: token.key }];
    const stream = await send("POST", "", { versions: ["halyard.v1"], subscriptions }, {}, stop);
    expect(stream.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const events = new EventReader(stream);
    await events.next("subscribed");
    const messages = [{ topic: "log", data: "over HTTP" }];
    const published = await send("POST", "/publish", { token: token.key, channel: ch.name, messages });
    const { results } = await published.json();
    const { messages: received } = await events.next("messages");
    expect(received).toEqual([[results[0].id, expect.objectContaining({ data: "over HTTP" })]]);

    const preflight = await send("OPTIONS", "/token", undefined, { origin: "https://pages.example.org" });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("https://pages.example.org");
    expect(await (await send("GET", "/health")).json()).toEqual({ status: "ok" });
    expect((await send("GET", "")).status).toBe(405);

    const closed = app.close();
    expect((await events.rest()).at(-1)).toMatchObject({ type: "close", code: 1012 });
    await closed;
    expect((await send("GET", "/health")).status).toBe(503);
  });
});
