/** The WebSocket wire: frames of `docs/PROTOCOL.md`, one in each text message. */
import { RealtimeError } from "../../src/errors.js";
import type { Wire } from "../../src/wire.js";

/** What this wire uses of a socket: the DOM's `WebSocket` has it, and so has that of the `ws` package. */
export interface WebSocketLike {
  readonly readyState: number;
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
 * Reaches a gateway over WebSocket. `connect` throws `MISSING_PEER` where there is no `WebSocket`, and what
 * the platform throws where it refuses the address, as a page on https refuses plain http.
 *
 * @example
 * ```ts
 * import { WebSocket } from "ws";
 * const client = createClient({ wires: [webSocket({ WebSocket })] });
 * ```
 */
export const webSocket = ({ WebSocket = globalThis.WebSocket }: WebSocketOptions = {}): Wire => ({
  name: "websocket",
  connect(url, { open, frame, closed }) {
    if (!WebSocket) {
      throw new RealtimeError(
        "MISSING_PEER",
        "No WebSocket: pass webSocket({ WebSocket }) of the ws package.",
      );
    }
    const socket: WebSocketLike = new WebSocket(url.replace(/^http/, "ws"), "halyard.v1");
    const end = ({ code, reason }: { code: number; reason: string }) => {
      // Nothing more is said.
      socket.onopen = socket.onmessage = socket.onclose = null;
      closed(code, reason);
    };
    socket.onopen = open;
    // What isn't text is no frame, neither as text: the client says so.
    socket.onmessage = ({ data }: { data: unknown }) => frame(String(data));
    // A close event follows, and browsers tell no more. Without a listener, `ws` would throw.
    socket.onerror = () => {};
    socket.onclose = end;
    return {
      send(text) {
        // 1 is OPEN.
        if (socket.readyState === 1) socket.send(text);
      },
      close(code, reason) {
        socket.close(code, reason);
        if (socket.onclose) end({ code, reason });
      },
    };
  },
});
