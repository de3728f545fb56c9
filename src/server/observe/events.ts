/** What an app tells of what happens in it: plain data, without payloads, secrets or tokens. */
import type { RealtimeErrorCode } from "../../errors.js";
import type { GapReason } from "../../transport.js";

/** Which connection. */
interface OfConnection {
  /** Counts the app's connections, from 1. */
  readonly connection: number;
  /** `"websocket"`, `"sse"`, or `"in-process"` for that of `halyard/testing`. */
  readonly wire: string;
  /** Of the token; absent where it has none, or there is no token yet. */
  readonly subject?: string | undefined;
}

/** This server published a message: the transport has it. In a transaction, it is told before the commit. */
export interface PublishedEvent {
  readonly type: "published";
  readonly channel: string;
  readonly topic: string;
  readonly id: string;
  /** Roughly what it has as JSON. */
  readonly bytes: number;
  /** The idempotency key, where there is one. */
  readonly key?: string | undefined;
  /** Whether the key was used before, so that nothing new was stored. */
  readonly duplicate: boolean;
  /** From the call of `publish` until the transport had stored it. */
  readonly durationMs: number;
}

/** Messages of a channel were written to a connection. One write for each subscription and batch. */
export interface DeliveredEvent extends OfConnection {
  readonly type: "delivered";
  readonly channel: string;
  /** Messages. */
  readonly count: number;
  /** Of the frames that were written, before a wire compresses them. */
  readonly bytes: number;
}

/** Why messages were dropped. */
export type DropReason =
  /** The subscriber was too slow, and the transport keeps no history to catch up from. */
  | "overflow"
  /** What was stored is no message: somebody else wrote it, or a version that this one doesn't know. */
  | "unreadable";

/** Messages didn't reach a subscriber, and won't. What a history dropped before it was read is told by `gap`. */
export interface DroppedEvent extends Partial<OfConnection> {
  readonly type: "dropped";
  readonly channel: string;
  readonly reason: DropReason;
  readonly count: number;
}

/** A subscriber was told that messages may be missing. Without a connection it is one of this process, `app.subscribe`. */
export interface GapEvent extends Partial<OfConnection> {
  readonly type: "gap";
  readonly channel: string;
  readonly reason: GapReason;
  /** The last position before the gap, where there is one. */
  readonly after: string | undefined;
}

/** A client doesn't read as fast as it is sent: it is held back at its positions, and goes on from the history. */
export interface SlowEvent extends OfConnection {
  readonly type: "slow";
  /** Bytes that wait for it. */
  readonly unwritten: number;
}

/** A client was let in. */
export interface ConnectedEvent extends OfConnection {
  readonly type: "connected";
  /** Of the page, where a browser said so. */
  readonly origin?: string | undefined;
}

/** A connection ended. Its subscriptions end with it: `unsubscribed` comes before, for each. */
export interface DisconnectedEvent extends OfConnection {
  readonly type: "disconnected";
  readonly durationMs: number;
  /** A WebSocket close code (RFC 6455, section 7.4; `docs/PROTOCOL.md`, section 6), over every wire. 1005 where none was sent. */
  readonly code: number;
  /** In the gateway's words; empty where the client went. */
  readonly reason: string;
}

/** A client subscribed, and was told so. */
export interface SubscribedEvent extends OfConnection {
  readonly type: "subscribed";
  readonly channel: string;
  readonly topics: readonly string[];
  /** The position that it asked to resume from, where it did. */
  readonly after: string | undefined;
}

/** A client's subscription ended. */
export interface UnsubscribedEvent extends OfConnection {
  readonly type: "unsubscribed";
  readonly channel: string;
  /** Where the gateway ended it: `TOKEN_EXPIRED`, `TOKEN_REVOKED`, `TRANSPORT_FAILED`, … */
  readonly code?: RealtimeErrorCode | undefined;
}

/** A client was refused. */
export interface RefusedEvent extends Partial<OfConnection> {
  readonly type: "refused";
  /** What it wanted: to connect, to subscribe, to go on with a fresh token, to be given a token, to publish, or something else. */
  readonly what: "connect" | "subscribe" | "refresh" | "token" | "publish" | "request";
  readonly code: RealtimeErrorCode;
  /** What the client was told. */
  readonly message: string;
  /** Where it is known. */
  readonly channel?: string | undefined;
  /** Of a message that was to be published. */
  readonly topic?: string | undefined;
  /** Of the page, where it was that which was refused. */
  readonly origin?: string | undefined;
}

export type RealtimeEvent =
  | PublishedEvent
  | DeliveredEvent
  | DroppedEvent
  | GapEvent
  | SlowEvent
  | ConnectedEvent
  | DisconnectedEvent
  | SubscribedEvent
  | UnsubscribedEvent
  | RefusedEvent;

type Hook<E> = ((event: E) => void) | undefined;

/**
 * Called after the fact, one by one, and never awaited: return soon. What a hook throws goes to `onError`, and disturbs
 * nothing. Events are frozen, and hold neither payloads nor tokens. Where a hook isn't given, nothing is done for it.
 *
 * @example
 * ```ts
 * const app = createRealtime({
 *   on: {
 *     connected: () => connections.inc(),
 *     disconnected: ({ code }) => connections.dec(),
 *     gap: ({ channel, reason }) => logger.warn({ channel, reason }, "messages may be missing"),
 *   },
 * });
 * ```
 */
export interface RealtimeHooks {
  readonly published?: Hook<PublishedEvent>;
  readonly delivered?: Hook<DeliveredEvent>;
  readonly dropped?: Hook<DroppedEvent>;
  readonly gap?: Hook<GapEvent>;
  readonly slow?: Hook<SlowEvent>;
  readonly connected?: Hook<ConnectedEvent>;
  readonly disconnected?: Hook<DisconnectedEvent>;
  readonly subscribed?: Hook<SubscribedEvent>;
  readonly unsubscribed?: Hook<UnsubscribedEvent>;
  readonly refused?: Hook<RefusedEvent>;
}

/** Gets what `debug` would print: a line, without the time, and what it tells of. What fails in the background has no event. */
export type DebugLog = (line: string, event: RealtimeEvent | undefined) => void;
