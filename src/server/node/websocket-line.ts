/**
 * One WebSocket of the gateway. Frames are prepared once for all sockets and go straight to the socket's stream; ws reads
 * and closes. Both write whole frames, so they may take turns (RFC 6455, section 5.4).
 */
import type { Duplex } from "node:stream";
import { createSession, type GatewayContext, type Session } from "../gateway/session.js";
import type { GatewaySocket, OutgoingFrame } from "../gateway/socket.js";
import { PING_FRAME, pongFrame, textFrame } from "./websocket-frame.js";
import { OPEN, type WebSocketLike } from "./ws-package.js";

/** How long a client may take to answer a close, in milliseconds, before its line is cut. */
const CLOSE_GRACE = 2_000;

/** The lines that have something to write. One for a gateway: what a turn of the event loop queues leaves at its end. */
export class Outbox {
  #lines: WebSocketLine[] = [];

  add(line: WebSocketLine): void {
    if (this.#lines.push(line) === 1) setImmediate(this.#flush);
  }

  readonly #flush = (): void => {
    const lines = this.#lines;
    this.#lines = [];
    for (const line of lines) line.flush();
  };
}

/** Whose a socket is. A member of the socket, so that all sockets can share their listeners. */
const LINE = Symbol("halyard line");
type Lined = WebSocketLike & { [LINE]?: WebSocketLine };

/** Opens a session on a socket, and stays in `lines` until the socket is closed. */
export class WebSocketLine implements GatewaySocket {
  readonly #socket: WebSocketLike;
  readonly #stream: Duplex;
  readonly #outbox: Outbox;
  readonly #lines: Set<WebSocketLine>;
  readonly #isCompressed: boolean;
  readonly #limit: number;
  readonly #session: Session;
  #queue: Uint8Array[] | undefined;
  #queued = 0;
  #isFull = false;
  #written: ((error?: Error | null) => void) | undefined;
  #isOver = false;
  #cutting: ReturnType<typeof setTimeout> | undefined;

  constructor(
    socket: WebSocketLike,
    stream: Duplex,
    context: GatewayContext,
    outbox: Outbox,
    lines: Set<WebSocketLine>,
    origin?: string,
  ) {
    this.#socket = socket;
    this.#stream = stream;
    this.#outbox = outbox;
    this.#lines = lines;
    this.#isCompressed = socket.extensions !== "";
    this.#limit = context.limits.unwritten;
    lines.add(this);
    (socket as Lined)[LINE] = this;
    socket.on("message", onMessage);
    socket.on("ping", onPing);
    socket.on("pong", onPong);
    socket.on("error", onError);
    socket.on("close", onClose);
    this.#session = createSession(context, this, context.connect?.("websocket", origin));
  }

  send(frame: OutgoingFrame): void {
    if (this.#isCompressed) {
      if (this.#socket.readyState === OPEN)
        this.#socket.send(frame.text, { binary: false }, this.#whenWritten());
    } else this.#add(frame.in(textFrame));
  }

  get unwritten(): number {
    return this.#isCompressed ? this.#socket.bufferedAmount : this.#queued + this.#stream.writableLength;
  }

  ping(): void {
    if (this.#isCompressed) this.#socket.ping(undefined, undefined, this.#whenWritten());
    else this.#add(PING_FRAME);
  }

  /** Answers a ping. Who doesn't read the answers gets no more of them. */
  pinged(payload: Uint8Array): void {
    if (this.unwritten > this.#limit) return;
    if (this.#isCompressed) this.#socket.pong(payload, undefined, this.#whenWritten());
    else this.#add(pongFrame(payload));
  }

  close(code: number, reason: string): void {
    // A close frame is the last one (RFC 6455, section 5.5.1).
    this.flush();
    this.#socket.close(code, reason);
    this.#cutLater();
  }

  terminate(): void {
    this.#socket.terminate();
  }

  /** Ends the session, sends what is queued, then a close frame. Resolves when the socket is closed, or was cut. */
  async end(code: number, reason: string): Promise<void> {
    // The client may have gone before its turn came.
    if (!this.#lines.has(this)) return;
    await new Promise<void>((resolve) => {
      this.#socket.on("close", () => resolve());
      this.#endSession(code, reason);
      this.close(code, reason);
    });
  }

  /** Writes what is queued, at once. */
  flush(): void {
    const queue = this.#queue;
    if (!queue) return;
    this.#queue = undefined;
    this.#queued = 0;
    // ws may have closed it meanwhile: after a close frame comes nothing.
    if (this.#socket.readyState !== OPEN) return;
    const stream = this.#stream;
    const last = queue.length - 1;
    if (last > 0) stream.cork();
    for (let i = 0; i < last; i++) stream.write(queue[i]);
    if (this.#isFull) stream.write(queue[last], this.#whenWritten());
    else stream.write(queue[last]);
    if (last > 0) stream.uncork();
  }

  #add(bytes: Uint8Array): void {
    this.#queued += bytes.length;
    if (this.unwritten > this.#limit) this.#isFull = true;
    if (this.#queue) this.#queue.push(bytes);
    else {
      this.#queue = [bytes];
      this.#outbox.add(this);
    }
  }

  /**
   * For a session that has been told to wait: a write with a callback costs more, and few wait. Not the stream's "drain", which
   * comes only where a write went beyond its high water mark.
   */
  #whenWritten(): (error?: Error | null) => void {
    this.#written ??= (error) => {
      if (error || this.unwritten > 0) return;
      this.#isFull = false;
      this.#session.drained();
    };
    return this.#written;
  }

  #endSession(code: number, reason = ""): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#session.closed(code, reason);
  }

  #cutLater(): void {
    this.#cutting ??= setTimeout(cut, CLOSE_GRACE, this.#socket);
  }

  /** For the socket's listeners. */
  static of(socket: WebSocketLike): WebSocketLine {
    return (socket as Required<Lined>)[LINE];
  }

  received(data: unknown, isBinary: boolean): void {
    this.#session.receive(isBinary ? undefined : String(data));
  }

  alive(): void {
    this.#session.alive();
  }

  /** The client broke the protocol (a frame that is too large, bad UTF-8): ws has sent the fitting close frame by itself. */
  failed(error: unknown): void {
    this.#endSession(closeCodeOf(error));
    this.#cutLater();
  }

  closed(code: number): void {
    clearTimeout(this.#cutting);
    this.#lines.delete(this);
    this.#endSession(code);
  }
}

function onMessage(this: WebSocketLike, data: unknown, isBinary: boolean): void {
  WebSocketLine.of(this).received(data, isBinary);
}
function onPing(this: WebSocketLike, payload: Uint8Array): void {
  WebSocketLine.of(this).pinged(payload);
}
function onPong(this: WebSocketLike): void {
  WebSocketLine.of(this).alive();
}
function onError(this: WebSocketLike, error: Error): void {
  WebSocketLine.of(this).failed(error);
}
function onClose(this: WebSocketLike, code: number): void {
  WebSocketLine.of(this).closed(code);
}

/** What ws closes with, by its name for what the client did. A line that breaks has none. */
function closeCodeOf(error: unknown): number {
  const { code } = error as { code?: unknown };
  if (code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") return 1009;
  if (code === "WS_ERR_INVALID_UTF8") return 1007;
  return String(code).startsWith("WS_ERR") ? 1002 : 1006;
}

const cut = (socket: WebSocketLike) => socket.terminate();

/** Closes a socket that gets no session, with the reason why. */
export function turnAway(socket: WebSocketLike, code: number, reason: string): void {
  const timer = setTimeout(cut, CLOSE_GRACE, socket);
  socket.on("error", () => undefined);
  socket.on("close", () => clearTimeout(timer));
  socket.close(code, reason);
}
