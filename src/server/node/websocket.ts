/** Lets WebSocket clients of a Node server into the gateway, by the `ws` package. */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { RealtimeError, type RealtimeErrorCode } from "../../errors.js";
import { internalsOf } from "../app.js";
import type { App } from "../app-types.js";
import { closeOver } from "../gateway/drain.js";
import { CLOSE, type GatewayOptions, gatewayLimits } from "../gateway/limits.js";
import { checkOrigins } from "../gateway/origins.js";
import type { GatewayContext } from "../gateway/session.js";
import { Outbox, turnAway, WebSocketLine } from "./websocket-line.js";
import { type DeflateOptions, loadWebSocketServer, type WebSocketLike } from "./ws-package.js";

/** The first version, and as yet the only one. */
const SUBPROTOCOL = "halyard.v1";
const RESTARTS = "The server restarts.";

export interface AttachOptions extends GatewayOptions {
  /** The path that clients connect to. Default `"/api/realtime"`. */
  readonly path?: string | undefined;
  /**
   * Compress frames for clients that can (permessage-deflate, RFC 7692); with `threshold`, those of at least so many bytes
   * (default 1,024). Default `false`: each socket compresses each frame anew, where otherwise it is prepared once for all, and
   * a socket that compresses takes some 300 kB. It pays for few clients, large messages and a narrow line.
   */
  readonly compression?: boolean | { readonly threshold?: number | undefined } | undefined;
}

export interface AttachedGateway {
  /** Sockets that are open. */
  readonly connections: number;
  /** Lets nobody in any more, and closes every socket with 1012: clients reconnect elsewhere and resume. */
  close(): Promise<void>;
}

/**
 * Attaches the gateway to a `node:http` server. Resolves when it is in place; requests for other paths are left alone.
 * Rejects with `INVALID_OPTIONS`, `MISSING_SECRET`, `CLOSED` or `MISSING_PEER` (`npm install ws`). It closes with the app:
 * while that drains, its sockets are closed one after the other, each after what was queued for it, and new ones at once.
 *
 * @example
 * ```ts
 * const server = createServer(handler);
 * await attachWebSocket(server, app);
 * server.listen(3000);
 * ```
 */
export async function attachWebSocket(
  server: Server,
  app: App,
  options: AttachOptions = {},
): Promise<AttachedGateway> {
  const internals = internalsOf(app, "attachWebSocket");
  const path = options.path ?? "/api/realtime";
  if (typeof path !== "string" || !path.startsWith("/")) {
    throw new RealtimeError(
      "INVALID_OPTIONS",
      `attachWebSocket: path must start with "/"; got ${JSON.stringify(path)}.`,
    );
  }
  if (typeof server?.on !== "function") {
    throw new RealtimeError(
      "INVALID_OPTIONS",
      "attachWebSocket needs a server, as createServer() of node:http gives it.",
    );
  }
  const limits = gatewayLimits(options);
  const origins = checkOrigins(options.origins, "attachWebSocket");
  const perMessageDeflate = deflateOptions(options.compression);
  internals.checkReady();
  const WebSocketServer = await loadWebSocketServer();
  // The app may have been closed meanwhile.
  internals.checkReady();
  if (server.listeners("upgrade").some((listener) => gateways.get(listener) === path)) {
    throw new RealtimeError(
      "INVALID_OPTIONS",
      `attachWebSocket: this server has a gateway at ${path} already. Close that first.`,
    );
  }
  const context: GatewayContext = { ...internals.gateway, limits };
  const refused = internals.observer?.refused;
  const lines = new Set<WebSocketLine>();
  const outbox = new Outbox();
  const acceptor = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // Pongs go through the line, within its bound.
    autoPong: false,
    maxPayload: limits.frame,
    perMessageDeflate,
    // Without a common version the first is echoed, so that the handshake succeeds and the close code can say why.
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : ([...offered][0] ?? false)),
  });
  const atOnce = new AbortController();
  let closing: Promise<void> | undefined;

  /** Whoever isn't let in learns why: a page sees a close code, and never the status of a handshake. */
  function accept(socket: WebSocketLike, stream: Duplex, origin: string | undefined): void {
    const refuse = (close: number, code: RealtimeErrorCode, message: string) => {
      refused?.({ type: "refused", what: "connect", code, message, ...from(origin) });
      turnAway(socket, close, message);
    };
    if (!origins.allows(origin)) refuse(CLOSE.ORIGIN, "ORIGIN_REFUSED", "The page's origin isn't served.");
    else if (socket.protocol !== SUBPROTOCOL)
      refuse(CLOSE.VERSION, "PROTOCOL_VERSION", `This gateway speaks ${SUBPROTOCOL}.`);
    else if (closing || internals.isClosing()) refuse(CLOSE.RESTART, "CLOSED", RESTARTS);
    else new WebSocketLine(socket, stream, context, outbox, lines, origin);
  }

  const upgrade = (request: IncomingMessage, stream: Duplex, head: Uint8Array) => {
    if (pathOf(request) === path) {
      // No closure outlives this call: it would keep the request, and the memory that its headers lie in.
      acceptor.handleUpgrade(request, stream, head, (socket) =>
        accept(socket, stream, request.headers.origin),
      );
      return;
    }
    // Node takes its own listener off before it gives the socket away: a reset would be an uncaught error.
    stream.on("error", destroy);
    // Somebody else's listener may know the path. Where all are gateways, the last one answers.
    const listeners = server.listeners("upgrade");
    if (listeners.at(-1) === upgrade && listeners.every((one) => gateways.has(one))) refuse(stream);
  };
  server.on("upgrade", upgrade);
  gateways.set(upgrade, path);

  const end = (drain: number, hurry: AbortSignal) => {
    closing ??= (async () => {
      const restart = (line: WebSocketLine) => line.end(CLOSE.RESTART, RESTARTS);
      await closeOver(lines, restart, drain, AbortSignal.any([hurry, atOnce.signal]));
      // Until now whoever came was told to go elsewhere.
      server.off("upgrade", upgrade);
      acceptor.close();
      internals.offClose(end);
    })();
    return closing;
  };
  internals.onClose(end);
  return {
    get connections() {
      return lines.size;
    },
    close() {
      atOnce.abort();
      return end(0, atOnce.signal);
    },
  };
}

/** The upgrade listeners of all gateways, each with its path. */
const gateways = new WeakMap<object, string>();

/** Answers 404, and doesn't wait for the other side to hang up as well. */
function refuse(stream: Duplex): void {
  stream.once("finish", destroy);
  stream.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
}

function destroy(this: Duplex): void {
  this.destroy();
}

const from = (origin: string | undefined) => ({ wire: "websocket", ...(origin !== undefined && { origin }) });

const pathOf = (request: IncomingMessage) => (request.url ?? "/").split("?", 1)[0];

/**
 * Contexts aren't kept from frame to frame: zlib's would stay for as long as the socket does. Throws `INVALID_OPTIONS`.
 */
function deflateOptions(compression: AttachOptions["compression"]): false | DeflateOptions {
  if (compression === undefined || compression === false) return false;
  const given: { readonly threshold?: unknown } | undefined =
    compression === true ? {} : typeof compression === "object" && compression ? compression : undefined;
  const threshold = given && (given.threshold ?? 1024);
  if (typeof threshold === "number" && threshold >= 0) {
    return { threshold, serverNoContextTakeover: true, clientNoContextTakeover: true };
  }
  throw new RealtimeError(
    "INVALID_OPTIONS",
    `attachWebSocket: compression must be true, false or { threshold: bytes }; got ${JSON.stringify(compression)}.`,
  );
}
