/** Puts a `Request → Response` handler behind `node:http` (and Express, Fastify, …). */
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";

/** A request, with what a framework adds to it: the path before it was mounted, and the body that it has read. */
type FrameworkRequest = IncomingMessage & { readonly originalUrl?: string; readonly body?: unknown };

/** What `node:http` calls. `next`, where there is one, is given what the handler threw. */
export type NodeHandler = (
  request: FrameworkRequest,
  response: ServerResponse,
  next?: (error: unknown) => void,
) => Promise<void>;

/** A line is cut when its client takes nothing of what waits for it for so long, in milliseconds. */
const STALL = 30_000;

/**
 * A host and its port, as `Host` may have them: a name, IPv4, or IPv6 in brackets (RFC 9110, section 7.2). What else a
 * header can hold ("/", "?", "#", "@") would move the path that the request line says.
 */
const HOST = /^(?:[\w.~-]+|\[[\da-f:.]+\])(?::\d+)?$/i;

/**
 * Adapts a handler. The request's signal aborts when the client goes away, and the response's body is cancelled. A body
 * is read no faster than the client takes it; a client that takes nothing of it for 30 seconds is cut, as is one whose
 * body breaks off. A `Host` that is none is answered 400. In Express it may stand before body parsers or after them:
 * what they have parsed is taken from `request.body`.
 *
 * @example
 * ```ts
 * createServer(toNodeHandler(createHandler(app, { channels, authorize }))).listen(3000);
 * ```
 */
export function toNodeHandler(handler: (request: Request) => Promise<Response>): NodeHandler {
  return async (incoming, outgoing, next) => {
    const gone = new AbortController();
    outgoing.once("close", () => gone.abort());
    // A line that breaks is closed as well. Without a listener, it would be an uncaught error.
    outgoing.on("error", () => undefined);
    const request = toRequest(incoming, outgoing, gone.signal);
    if (!request) {
      outgoing.writeHead(400, { "content-type": "application/json" });
      outgoing.end(
        '{"error":{"code":"INVALID_REQUEST","message":"The request line or the host can\'t be read."}}',
      );
      return;
    }
    try {
      const response = await handler(request);
      writeHead(response, outgoing);
      if (!response.body) outgoing.end();
      else if (request.method === "HEAD" || gone.signal.aborted) {
        outgoing.end();
        await response.body.cancel();
      } else await pump(response.body.getReader(), outgoing, gone.signal);
    } catch (error) {
      // A client that went away is nobody's error.
      if (gone.signal.aborted) return;
      // Half an answer can't be mended. Cut, it isn't taken for a whole one.
      if (outgoing.headersSent) {
        outgoing.destroy();
        return;
      }
      if (next) return next(error);
      outgoing.writeHead(500);
      outgoing.end();
    }
  };
}

function toRequest(
  incoming: FrameworkRequest,
  outgoing: ServerResponse,
  signal: AbortSignal,
): Request | undefined {
  const { method = "GET", headers } = incoming;
  const isEncrypted = "encrypted" in incoming.socket && incoming.socket.encrypted === true;
  // HTTP/2 has a pseudo header in place of Host. It may be missing (HTTP/1.0), or empty where the client has no name for it.
  const host = String((headers.host ?? headers[":authority"]) || "localhost");
  if (!HOST.test(host)) return undefined;
  const origin = `${isEncrypted ? "https" : "http"}://${host}`;
  const given = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    // HTTP/2's pseudo headers are no headers of a Request.
    if (value === undefined || name.startsWith(":")) continue;
    for (const one of [value].flat()) given.append(name, one);
  }
  const init: RequestInit & { duplex?: "half" } = { method, headers: given, signal };
  if (method !== "GET" && method !== "HEAD") {
    init.body = parsedBody(incoming) ?? bodyOf(incoming, outgoing);
    init.duplex = "half";
  }
  const target = incoming.originalUrl ?? incoming.url ?? "/";
  // A path such as "//host" must stay a path.
  try {
    return new Request(target.startsWith("/") ? `${origin}${target}` : target, init);
  } catch {
    // What a client may send, and a Request may not be: a host of "[::", the method TRACE.
    return undefined;
  }
}

/** The body again, where a parser came first (`express.json()`, `express.text()`, `express.raw()`) and nothing is left to read. */
function parsedBody({
  readableEnded,
  body,
  headers,
}: FrameworkRequest): string | Uint8Array<ArrayBuffer> | undefined {
  if (!readableEnded) return undefined;
  // A copy: a `Buffer` may be over shared memory, which a Request doesn't take.
  if (body instanceof Uint8Array) return new Uint8Array(body);
  if (typeof body === "string") return body;
  const isJson = /^application\/(?:[\w.+-]+\+)?json\b/i.test(headers["content-type"] ?? "");
  return isJson && body !== undefined ? JSON.stringify(body) : undefined;
}

/**
 * The body, read as it is asked for. By hand, since `Readable.toWeb` reads ahead, and leaves what nobody reads on the
 * line: after the answer that is thrown away, or else the client couldn't send its next request, nor see this answer.
 */
function bodyOf(incoming: IncomingMessage, outgoing: ServerResponse): ReadableStream<Uint8Array> {
  let isRead = false;
  let isOver = false;
  return new ReadableStream<Uint8Array>(
    {
      start(body) {
        const over = (how: () => void) => {
          if (!isOver) how();
          isOver = true;
        };
        // A framework may have read it before, and kept nothing.
        if (incoming.readableEnded) over(() => body.close());
        incoming.on("end", () => over(() => body.close()));
        incoming.on("error", (error) => over(() => body.error(error)));
        incoming.on("close", () => over(() => body.error(new Error("The client has gone."))));
        outgoing.on("finish", () => {
          over(() => body.error(new Error("The request was answered.")));
          incoming.resume();
        });
      },
      pull(body) {
        if (!isRead) {
          isRead = true;
          incoming.on("data", (chunk: Uint8Array) => {
            if (isOver) return;
            incoming.pause();
            // A copy: Node uses its buffers again.
            body.enqueue(new Uint8Array(chunk));
          });
        }
        incoming.resume();
      },
      // The line isn't cut: the answer takes it.
      cancel() {
        isOver = true;
      },
    },
    { highWaterMark: 0 },
  );
}

function writeHead(response: Response, outgoing: ServerResponse): void {
  const headers: Record<string, string | string[]> = Object.fromEntries(response.headers);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) headers["set-cookie"] = cookies;
  outgoing.writeHead(response.status, headers);
}

/** By hand: a stream of Node's around the web's would read ahead of the client, which hides how much waits for it. */
async function pump(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  outgoing: ServerResponse,
  gone: AbortSignal,
): Promise<void> {
  // Also where nothing is written any more: whoever fills the body must hear of it.
  gone.addEventListener("abort", () => void reader.cancel().catch(() => undefined));
  // What cuts the body cuts the line. Who waits here for the client to take more would hear of it too late, or never.
  reader.closed.catch(() => outgoing.destroy());
  // With the first chunk, where there is one already; else alone, so that the client knows that it was let in.
  const head = setImmediate(() => outgoing.flushHeaders());
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      clearImmediate(head);
      if (gone.aborted) return;
      if (outgoing.write(read.value)) continue;
      const release = cutIfStalled(outgoing);
      try {
        // Rejects when the client goes: then nobody waits for the rest.
        await once(outgoing, "drain", { signal: gone });
      } finally {
        release();
      }
    }
    // Before what Node does then: it sets the socket's timeout for the next request.
    outgoing.prependOnceListener("finish", cutIfStalled(outgoing));
    outgoing.end();
  } finally {
    clearImmediate(head);
  }
}

/**
 * Until what it gives is called, the line is cut where its client takes nothing. By the socket's own timeout, which sees
 * what the system took of one long write: a slow client that reads is left alone.
 */
function cutIfStalled(outgoing: ServerResponse): () => void {
  const usual = outgoing.socket?.timeout ?? 0;
  const cut = () => outgoing.destroy();
  // Not by setTimeout, which on HTTP/2 would add it elsewhere, for good.
  outgoing.on("timeout", cut);
  outgoing.setTimeout(STALL);
  return () => {
    outgoing.off("timeout", cut);
    outgoing.setTimeout(usual);
  };
}
