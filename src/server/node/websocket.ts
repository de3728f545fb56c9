/** Lets WebSocket clients of a Node server into the gateway, by the `ws` package. */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { RealtimeError } from "../../errors.js";
import { internalsOf } from "../app.js";
import type { App } from "../app-types.js";
import { type GatewayOptions, gatewayLimits } from "../gateway/limits.js";
import { CLOSE, createSession, type GatewayContext, type GatewaySocket } from "../gateway/session.js";

/** The first version, and as yet the only one. */
const SUBPROTOCOL = "halyard.v1";
/** How long a client may take to answer a close, in milliseconds, before its line is cut. */
const CLOSE_GRACE = 2_000;

export interface AttachOptions extends GatewayOptions {
  /** The path that clients connect to. Default `"/api/realtime"`. */
  readonly path?: string | undefined;
}

export interface AttachedGateway {
  /** Sockets that are open. */
  readonly connections: number;
  /** Lets nobody in any more, and closes every socket with 1012: clients reconnect elsewhere and resume. */
  close(): Promise<void>;
}

/** What is used of `ws`; its own types aren't needed to compile. */
interface WebSocketLike {
  readonly protocol: string;
  on(event: "message", listener: (data: unknown, isBinary: boolean) => void): unknown;
  on(event: "pong" | "close", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  send(data: Uint8Array, options: { binary: boolean }, written: () => void): void;
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
}
interface WebSocketServerLike {
  handleUpgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Uint8Array,
    done: (socket: WebSocketLike) => void,
  ): void;
  close(): void;
}
type WebSocketServerConstructor = new (options: {
  noServer: true;
  maxPayload: number;
  perMessageDeflate: false;
  handleProtocols: (offered: Set<string>) => string | false;
}) => WebSocketServerLike;

/**
 * Attaches the gateway to a `node:http` server. Resolves when it is in place; requests for other paths are left alone.
 * Rejects with `INVALID_OPTIONS`, `MISSING_SECRET`, `CLOSED` or `MISSING_PEER` (`npm install ws`). It closes with the app.
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
  const sockets = new Map<WebSocketLike, () => void>();
  const acceptor = new WebSocketServer({
    noServer: true,
    maxPayload: limits.frame,
    perMessageDeflate: false,
    // Without a common version the first is echoed, so that the handshake succeeds and the close code can say why.
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : ([...offered][0] ?? false)),
  });

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Uint8Array) => {
    // Node takes its own listener off before it gives the socket away: a reset would be an uncaught error.
    socket.on("error", () => socket.destroy());
    if (pathOf(request) !== path) {
      // Somebody else's listener may know the path. Where all are gateways, the last one answers.
      const listeners = server.listeners("upgrade");
      if (listeners.at(-1) === upgrade && listeners.every((one) => gateways.has(one))) refuse(socket);
      return;
    }
    acceptor.handleUpgrade(request, socket, head, (opened) =>
      accept(opened, { ...internals.gateway, limits }, sockets),
    );
  };
  server.on("upgrade", upgrade);
  gateways.set(upgrade, path);

  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= (async () => {
      server.off("upgrade", upgrade);
      acceptor.close();
      internals.offClose(close);
      await Promise.all([...sockets].map(([socket, end]) => endSocket(socket, end)));
    })();
    return closing;
  };
  internals.onClose(close);
  return {
    get connections() {
      return sockets.size;
    },
    close,
  };
}

/** The upgrade listeners of all gateways, each with its path. */
const gateways = new WeakMap<object, string>();

/** Answers 404, and doesn't wait for the other side to hang up as well. */
function refuse(socket: Duplex): void {
  socket.once("finish", () => socket.destroy());
  socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
}

function accept(
  socket: WebSocketLike,
  context: GatewayContext,
  sockets: Map<WebSocketLike, () => void>,
): void {
  // Protocol errors (a frame that is too large, bad UTF-8): ws closes the socket with the fitting code by itself.
  socket.on("error", () => undefined);
  if (socket.protocol !== SUBPROTOCOL) {
    socket.close(CLOSE.VERSION, `This gateway speaks ${SUBPROTOCOL}.`);
    cutLater(socket);
    return;
  }
  const line: GatewaySocket = {
    send: (frame, written) => socket.send(frame, { binary: false }, written),
    ping: () => socket.ping(),
    close: (code, reason) => {
      socket.close(code, reason);
      cutLater(socket);
    },
    terminate: () => socket.terminate(),
  };
  const session = createSession(context, line);
  sockets.set(socket, session.closed);
  socket.on("pong", session.alive);
  socket.on("message", (data, isBinary) => {
    session.receive(isBinary ? undefined : String(data));
  });
  socket.on("close", () => {
    sockets.delete(socket);
    session.closed();
  });
}

/** Says goodbye; resolves when the socket is closed, by the client or by us. */
function endSocket(socket: WebSocketLike, endSession: () => void): Promise<void> {
  return new Promise((resolve) => {
    socket.on("close", resolve);
    endSession();
    socket.close(CLOSE.RESTART, "The server restarts.");
    cutLater(socket);
  });
}

function cutLater(socket: WebSocketLike): void {
  const timer = setTimeout(() => socket.terminate(), CLOSE_GRACE);
  socket.on("close", () => clearTimeout(timer));
}

const pathOf = (request: IncomingMessage) => (request.url ?? "/").split("?", 1)[0];

async function loadWebSocketServer(): Promise<WebSocketServerConstructor> {
  try {
    const { WebSocketServer } = await import("ws");
    // Typed by the few members that are used, so that a project without @types/ws compiles.
    return WebSocketServer as unknown as WebSocketServerConstructor;
  } catch (cause) {
    throw new RealtimeError("MISSING_PEER", "attachWebSocket needs the package ws: npm install ws", {
      cause,
    });
  }
}
