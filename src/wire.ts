/** What the client asks of a *wire*: the line that reaches a browser. It moves frames of `docs/PROTOCOL.md` as text. */

/** What a wire tells its user. Nothing is called before `connect` has returned, and nothing after `closed`. */
export interface WireEvents {
  /** Frames can be sent, or on a one-way wire: the gateway has answered. At most once. */
  open(): void;
  /** A frame came. */
  frame(text: string): void;
  /** The line is gone, or never came to be. Exactly once. `code` is a WebSocket close code (RFC 6455, section 7.4). */
  closed(code: number, reason: string): void;
}

/** A line that was opened. */
export interface WireConnection {
  /**
   * Sends a frame. Ignored before `open` and after `closed`. On a one-way wire, sends a whole request instead, at any time
   * before `closed`: nothing is asked for before the first, and nothing is heard any more of what the one before asked for.
   */
  send(text: string): void;
  /** Ends the line. `closed` follows at once, unless it was called already. */
  close(code: number, reason: string): void;
}

/**
 * A way to reach a gateway.
 *
 * @example
 * ```ts
 * const client = createClient({ wires: [webSocket({ WebSocket }), sse()] });
 * ```
 */
export interface Wire {
  /** For tokens, which may say what leads to their gateway, and for errors: `"websocket"`. */
  readonly name: string;
  /** Whether the client speaks in whole requests only (`docs/PROTOCOL.md`, "Over SSE"). Default: it sends frames. */
  readonly oneWay?: boolean;
  /** Opens a line. `url` is absolute, `http:` or `https:`. Throws only for what no second attempt can mend. */
  connect(url: string, events: WireEvents): WireConnection;
}
