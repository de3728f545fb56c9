/** `createHandler`: what a server answers over plain HTTP, as `Request → Response`. */
import type { AnyRegistry } from "../registry.js";
import { internalsOf } from "./app.js";
import type { App } from "./app-types.js";
import { gatewayLimits } from "./gateway/limits.js";
import { failure, Refusal, success } from "./handler/answers.js";
import { checkEndpoints, type HandlerOptions, publishLimits, streamAge } from "./handler/options.js";
import { originPolicy } from "./handler/origin.js";
import { createPublishEndpoint } from "./handler/publish.js";
import { createStreams } from "./handler/streams.js";
import { createTokenEndpoint, type PlainAuthorize } from "./handler/token.js";
import type { RefusedEvent } from "./observe/events.js";

export type { HandlerOptions, PublishLimitOptions } from "./handler/options.js";
export type { Authorization, AuthorizeRequest } from "./handler/token-types.js";

/** What is served at the end of a path. */
interface Endpoint {
  /** What is wanted of it, for who observes refusals. */
  readonly what: RefusedEvent["what"];
  readonly method: "GET" | "POST";
  /** Whether cookies may speak for the user: then pages of other origins aren't heard. */
  readonly withCredentials?: true;
  answer(request: Request): Response | Promise<Response>;
}

const CALLER = "createHandler";

/**
 * Makes the handler of a gateway's path and what is below it. By the last part of the path it answers
 *
 * - `POST …`: subscriptions over server-sent events, the wire where WebSocket can't be had;
 * - `POST …/token`: a token, if `authorize` says so;
 * - `POST …/publish`: publishing, if `publish` is on and the token lets it;
 * - `GET …/health`: 200, or 503 from when the app is told to close;
 * - `OPTIONS`: for pages of the origins that are listed.
 *
 * It needs `Request`, `Response`, web streams and timers, and nothing of Node. WebSocket clients are let in by the
 * server itself: `attachWebSocket` in `halyard/server/node`. Throws `INVALID_OPTIONS`.
 *
 * @example Next: app/api/realtime/[[...path]]/route.ts, with `createRealtime({ wires: ["sse"] })`
 * ```ts
 * const handler = createHandler(app, {
 *   channels: registry({ pipeline }),
 *   authorize: async ({ request, params }) => {
 *     const user = await userOf(request);
 *     return user?.owns(params.runId) ? { subject: user.id } : false;
 *   },
 * });
 * export { handler as GET, handler as POST, handler as OPTIONS };
 * export const maxDuration = 300; // seconds: above maxStreamAge
 * ```
 *
 * @example Hono
 * ```ts
 * server.all("/api/realtime/*", (c) => handler(c.req.raw));
 * ```
 *
 * @example Bun and Deno
 * ```ts
 * Bun.serve({ fetch: handler, idleTimeout: 60 }); // seconds: above the heartbeat
 * Deno.serve(handler);
 * ```
 */
export function createHandler<R = never>(
  app: App,
  options: HandlerOptions<R> = {},
): (request: Request) => Promise<Response> {
  const internals = internalsOf(app, CALLER);
  const { channels, authorize, publish, origins, headers, maxStreamAge } = options;
  checkEndpoints({ channels, authorize, publish });
  const limits = publishLimits(publish);
  const policy = originPolicy(origins, headers, CALLER);
  // Every entry of a registry has the same shape at run time.
  const registry = channels as unknown as AnyRegistry;
  const streams = createStreams(internals, gatewayLimits(options), streamAge(maxStreamAge));

  const stream: Endpoint = { what: "subscribe", method: "POST", answer: streams };
  const endpoints: Readonly<Record<string, Endpoint>> = {
    token: {
      what: "token",
      method: "POST",
      withCredentials: true,
      answer: authorize
        ? createTokenEndpoint(app, registry, authorize as PlainAuthorize)
        : off("No tokens are given here: createHandler got no authorize."),
    },
    publish: {
      what: "publish",
      method: "POST",
      answer: limits
        ? createPublishEndpoint(app, internals, registry, limits)
        : off("Publishing is off: createHandler got no publish."),
    },
    health: {
      what: "request",
      method: "GET",
      answer: () => {
        if (!internals.isClosing()) return success({ status: "ok" });
        return Response.json(
          { status: "draining" },
          { status: 503, headers: { "cache-control": "no-store" } },
        );
      },
    },
  };

  function answer(request: Request, { method, withCredentials, answer }: Endpoint) {
    policy.check(request);
    if (request.method === "OPTIONS")
      return policy.preflight(request, `${method}, OPTIONS`, withCredentials === true);
    if (request.headers.get("upgrade")?.toLowerCase() === "websocket") throw noWebSocket();
    if (request.method !== method && !(method === "GET" && request.method === "HEAD")) {
      throw new Refusal("INVALID_REQUEST", `This takes ${method}.`, {
        status: 405,
        headers: { allow: `${method}, OPTIONS` },
      });
    }
    if (withCredentials) policy.checkCredentials(request);
    return answer(request);
  }

  return async (request) => {
    const last = lastPart(new URL(request.url).pathname);
    const endpoint = Object.hasOwn(endpoints, last) ? (endpoints[last] as Endpoint) : stream;
    let response: Response;
    try {
      response = await answer(request, endpoint);
    } catch (error) {
      if (error instanceof Refusal) internals.observer?.refused?.(refusedBy(error, endpoint, request));
      response = failure(error, internals.gateway.onError);
    }
    // A preflight's answer has them already.
    return request.method === "OPTIONS"
      ? response
      : policy.describe(request, response, endpoint.withCredentials === true);
  };
}

function refusedBy(
  { code, message, channel }: Refusal,
  { what }: Endpoint,
  { headers }: Request,
): RefusedEvent {
  const origin = headers.get("origin");
  return {
    type: "refused",
    what,
    code,
    message,
    ...(what === "subscribe" && { wire: "sse" }),
    ...(channel !== undefined && { channel }),
    ...(origin !== null && { origin }),
  };
}

/** By hand: a regular expression that looks for the end is quadratic in a path of many slashes. */
function lastPart(path: string): string {
  let end = path.length;
  while (path[end - 1] === "/") end--;
  return path.slice(path.lastIndexOf("/", end - 1) + 1, end);
}

const off = (message: string) => () => {
  throw new Refusal("UNSUPPORTED", message);
};

const noWebSocket = () =>
  new Refusal(
    "UNSUPPORTED",
    'This handler can\'t upgrade to WebSocket. Attach attachWebSocket(server, app) of halyard/server/node, or give clients wires: ["sse"].',
    { status: 426, headers: { upgrade: "websocket" } },
  );
