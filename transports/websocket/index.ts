/** The WebSocket wire: frames of `docs/PROTOCOL.md`, one in each text message. */
import { RealtimeError } from "../../src/errors.js";
import type { Wire } from "../../src/wire.js";

/** What this wire uses of a socket: the DOM's `WebSocket` has it, and so has that of the `ws` package. */
export interface WebSocketLike {
  send(data: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
}

/** Opens a socket. */
export type WebSocketConstructor = new (url: string, protocols: string) => WebSocketLike;

export interface WebSocketOptions {
  /** Default: the global one. Node 20 has none: give that of the `ws` package. */
  readonly WebSocket?: WebSocketConstructor | undefined;
}

const PROTOCOL = "halyard.v1";

/**
 * Reaches a gateway over WebSocket. `connect` throws `MISSING_PEER` where there is no `WebSocket`, and `CONNECT_FAILED`
 * where the platform refuses the address, as a page on https refuses plain http.
 *
 * @example
 * ```ts
 * import { WebSocket } from "ws";
 * const client = createClient({ wire: webSocket({ WebSocket }) });
 * ```
 */
export const webSocket = (options: WebSocketOptions = {}): Wire => ({
  name: "websocket",
  connect(url, events) {
    const Socket = options.WebSocket ?? (globalThis.WebSocket as WebSocketConstructor | undefined);
    if (!Socket) {
      throw new RealtimeError(
        "MISSING_PEER",
        "There is no WebSocket here. Pass wire: webSocket({ WebSocket }) with that of the ws package, or use Node 22.",
      );
    }
    const socket = open(Socket, url.replace(/^http/, "ws"));
    let isOver = false;
    const closed = (code: number, reason: string) => {
      if (isOver) return;
      isOver = true;
      events.closed(code, reason);
    };
    socket.onopen = () => isOver || events.open();
    // What isn't text is no frame; as text it is none either, and the client says so.
    socket.onmessage = ({ data }: { data: unknown }) => isOver || events.frame(String(data));
    // A close event follows each error, and browsers tell no more than that. Without a listener, `ws` would throw.
    socket.onerror = () => {};
    socket.onclose = ({ code, reason }: { code: number; reason: string }) => closed(code, reason);
    return {
      send: (text) => socket.send(text),
      close(code, reason) {
        socket.close(code, reason);
        closed(code, reason);
      },
    };
  },
});

function open(Socket: WebSocketConstructor, url: string): WebSocketLike {
  try {
    return new Socket(url, PROTOCOL);
  } catch (cause) {
    throw new RealtimeError("CONNECT_FAILED", `Can't open a WebSocket to ${url}: ${cause}`, { cause });
  }
}
