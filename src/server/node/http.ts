/** Puts a `Request → Response` handler behind `node:http` (and Express, Fastify, …). */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";

/** What `node:http` calls. `next`, where there is one, is given what the handler threw. */
export type NodeHandler = (
  request: IncomingMessage & { readonly originalUrl?: string },
  response: ServerResponse,
  next?: (error: unknown) => void,
) => Promise<void>;

/**
 * Adapts a handler. The request's signal aborts when the client goes away.
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
    const request = toRequest(incoming, gone.signal);
    if (!request) {
      outgoing.writeHead(400, { "content-type": "application/json" });
      outgoing.end(
        '{"error":{"code":"INVALID_REQUEST","message":"The request line or the host can\'t be read."}}',
      );
      return;
    }
    try {
      await send(await handler(request), outgoing);
    } catch (error) {
      // A client that went away is nobody's error.
      if (gone.signal.aborted) return;
      if (next) return next(error);
      if (!outgoing.headersSent) outgoing.writeHead(500);
      outgoing.end();
    }
  };
}

function toRequest(
  incoming: IncomingMessage & { readonly originalUrl?: string },
  signal: AbortSignal,
): Request | undefined {
  const { method = "GET", headers } = incoming;
  const isEncrypted = "encrypted" in incoming.socket && incoming.socket.encrypted === true;
  const origin = `${isEncrypted ? "https" : "http"}://${headers.host ?? "localhost"}`;
  const given = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    // HTTP/2's pseudo headers are no headers of a Request.
    if (value === undefined || name.startsWith(":")) continue;
    for (const one of [value].flat()) given.append(name, one);
  }
  const init: RequestInit & { duplex?: "half" } = { method, headers: given, signal };
  if (method !== "GET" && method !== "HEAD") {
    // Node's stream types and the web's describe one object.
    init.body = Readable.toWeb(incoming) as unknown as ReadableStream<Uint8Array>;
    init.duplex = "half";
  }
  const target = incoming.originalUrl ?? incoming.url ?? "/";
  // A path such as "//host" must stay a path.
  try {
    return new Request(target.startsWith("/") ? `${origin}${target}` : target, init);
  } catch {
    // What a client may send, and a Request may not be: a host of "[", the method TRACE.
    return undefined;
  }
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  const headers: Record<string, string | string[]> = Object.fromEntries(response.headers);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) headers["set-cookie"] = cookies;
  outgoing.writeHead(response.status, headers);
  if (!response.body) {
    outgoing.end();
    return;
  }
  await pipeline(Readable.fromWeb(response.body as unknown as NodeReadableStream), outgoing);
}
