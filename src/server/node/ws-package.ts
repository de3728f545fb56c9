/** What is used of the package `ws`, an optional peer. Its own types aren't needed to compile. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { RealtimeError } from "../../errors.js";

/** `WebSocket.OPEN`. In every other state nothing may be sent any more. */
export const OPEN = 1;

export interface WebSocketLike {
  readonly protocol: string;
  /** Names of the extensions that were negotiated. */
  readonly extensions: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  on(event: "message", listener: (this: this, data: unknown, isBinary: boolean) => void): unknown;
  on(event: "ping", listener: (this: this, payload: Uint8Array) => void): unknown;
  on(event: "pong", listener: (this: this) => void): unknown;
  on(event: "close", listener: (this: this, code: number) => void): unknown;
  on(event: "error", listener: (this: this, error: Error) => void): unknown;
  send(data: Uint8Array, options: { binary: boolean }, written: (error?: Error | null) => void): void;
  ping(payload: undefined, mask: undefined, written: (error?: Error | null) => void): void;
  pong(payload: Uint8Array, mask: undefined, written: (error?: Error | null) => void): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

/** Options of `permessage-deflate` (RFC 7692). */
export interface DeflateOptions {
  readonly threshold?: number | undefined;
  readonly serverNoContextTakeover: true;
  readonly clientNoContextTakeover: true;
}

export interface WebSocketServerLike {
  handleUpgrade(
    request: IncomingMessage,
    stream: Duplex,
    head: Uint8Array,
    done: (socket: WebSocketLike) => void,
  ): void;
  close(): void;
}

type WebSocketServerConstructor = new (options: {
  noServer: true;
  clientTracking: false;
  autoPong: false;
  maxPayload: number;
  perMessageDeflate: false | DeflateOptions;
  handleProtocols: (offered: Set<string>) => string | false;
}) => WebSocketServerLike;

/** Rejects with `MISSING_PEER`. */
export async function loadWebSocketServer(): Promise<WebSocketServerConstructor> {
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
