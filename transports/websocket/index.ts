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
export const webSocket = ({ WebSocket = globalThis.WebSocket }: WebSocketOptions = {}): Wire => ({
  name: "websocket",
  connect(url, events) {
    let isOpen = false;
    let isOver = false;
    const socket = open(WebSocket, url.replace(/^http/, "ws"));
    const closed = (code: number, reason: string) => {
      if (isOver) return;
      isOver = true;
      events.closed(code, reason);
    };
    socket.onopen = () => {
      isOpen = true;
      if (!isOver) events.open();
    };
    socket.onmessage = ({ data }: { data: unknown }) => {
      // What isn't text is no frame; neither is what it is as text, and the client says so.
      if (!isOver) events.frame(String(data));
    };
    // A close event follows, and browsers tell no more. Without a listener, `ws` would throw.
    socket.onerror = () => {};
    socket.onclose = ({ code, reason }: { code: number; reason: string }) => closed(code, reason);
    return {
      send(text) {
        if (isOpen && !isOver) socket.send(text);
      },
      close(code, reason) {
        socket.close(code, reason);
        closed(code, reason);
      },
    };
  },
});

function open(WebSocket: WebSocketConstructor | undefined, url: string): WebSocketLike {
  if (!WebSocket) {
    throw new RealtimeError(
      "MISSING_PEER",
      "There is no WebSocket here. Pass wire: webSocket({ WebSocket }) from the ws package, or use Node 22.",
    );
  }
  try {
    return new WebSocket(url, "halyard.v1");
  } catch (cause) {
    throw new RealtimeError("CONNECT_FAILED", `Can't open a WebSocket to ${url}: ${cause}`, { cause });
  }
}
