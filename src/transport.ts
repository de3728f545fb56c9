/**
 * What Halyard asks of a transport. A *broker* links servers: it takes frames and gives them to whoever subscribed.
 * Core parses, stamps, encodes, batches and orders; a transport only stores and moves frames, and says honestly what it
 * can do. `transportConformance` of `halyard/testing` proves that it does.
 */
import type { RealtimeError } from "./errors.js";
import type { Delivery, Frame } from "./frame.js";

/** What a transport can do, as data. The conformance suite runs what is claimed here, and lists what isn't. */
export interface Supports {
  /** Keeps a history, and resumes from a position: `after` and `history` work. Without it, a reconnect is a gap. */
  readonly replay: boolean;
  /** Milliseconds for which an idempotency key is remembered, at least; `false` where keys are refused. */
  readonly keys: number | false;
  /** Bytes of payload that one message may have. */
  readonly maxBytes: number;
  /** Whether messages reach subscribers in other processes. */
  readonly shared: boolean;
  /** Whether `publish` can be part of a transaction of the caller's. Default `false`. */
  readonly transactions?: boolean | undefined;
}

/** Why messages may be missing. */
export type GapReason =
  /** The history since the position has been dropped: too old, too many, too large. */
  | "trimmed"
  /** The position is of another history: the broker was reset or replaced. */
  | "epoch"
  /** The position is none that this transport gives out. */
  | "unknown"
  /** The subscriber was too slow, and there is no history to catch up from. */
  | "overflow"
  /** The connection was lost, and there is no history to catch up from. */
  | "no-replay";

/** A place where messages may be missing. A false alarm is allowed; silence is not. */
export interface Gap {
  readonly reason: GapReason;
  /** The last position before the gap, where there is one. */
  readonly after: string | undefined;
}

/**
 * What a frame got: its place, or why it was refused: `PAYLOAD_TOO_LARGE`; `IDEMPOTENCY_CONFLICT` for a known key with
 * other `content`; `UNSUPPORTED` for a key where `supports.keys` is false. A refused frame doesn't hold up the others,
 * and its key isn't used up.
 */
export type Published =
  | {
      /** The message's id; for a key that was used before, the first message's. */
      readonly id: string;
      /** Whether the key was used before, so that nothing new was stored. */
      readonly duplicate: boolean;
    }
  | { readonly error: RealtimeError };

/** Where a transport delivers. It is called in order, and never again once the subscription has ended. */
export interface Sink {
  /** One or more messages of the channel, in order. */
  deliver(deliveries: readonly Delivery[]): void;
  /** Between what was delivered and what will be, messages may be missing. */
  gap(gap: Gap): void;
  /** The subscription is broken for good. It has ended. */
  fail(error: RealtimeError): void;
}

/** A subscription at a transport. */
export interface TransportSubscription {
  /**
   * Where it starts: every message after this position is delivered. `undefined` where the transport doesn't replay.
   * What a subscriber resumes from who has yet to receive its first message.
   */
  readonly position: string | undefined;
  /** Ends it. The sink isn't called any more, from this very call on. May be called again. */
  unsubscribe(): void;
}

/** How to publish. */
export interface PublishAt {
  /**
   * A transaction of the caller's, of the type that the transport states: what is published in it is out if and only if it
   * commits, in the order of commits. Given only where `supports.transactions`.
   */
  readonly tx: unknown;
}

/** What a subscription may ask for. */
export interface SubscribeAt {
  /**
   * Replay what came after this position, then go on live, without a hole or a repeat. Needs `supports.replay`. Any
   * text may come: where it is no position, or not all is kept that came after it, that is no error, but `sink.gap`
   * comes first, with this `after`, and then all that is kept.
   */
  readonly after?: string | undefined;
  /** Ends the subscription, or the attempt at one, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What to read of a history. */
export interface HistoryQuery {
  /** Only what came after this position, as for a subscription. Default: from the oldest that is kept. */
  readonly after?: string | undefined;
  /** At most so many messages, 1 or more. */
  readonly limit: number;
  /** Stop before the payloads have more bytes than this together; one message is always given. Default: no bound. */
  readonly maxBytes?: number | undefined;
}

/** A part of a channel's history, oldest first. */
export interface HistoryPage {
  readonly deliveries: readonly Delivery[];
  /** Set where messages may be missing between `after` and the first delivery. */
  readonly gap: Gap | undefined;
  /** The position up to which this page is complete: read on with `after: position`. */
  readonly position: string;
  /** Whether more was stored after `position` when this page was read. */
  readonly more: boolean;
}

/**
 * The contract. Give `S` the literal type of `supports`, so that what isn't supported doesn't compile:
 * `satisfies Supports` and `as const` do that.
 */
export interface Transport<S extends Supports = Supports> {
  /** For errors and logs: `"memory"`, `"redis"`. */
  readonly name: string;
  readonly supports: S;
  /**
   * Stores a batch of one channel, in order; resolves when it is stored, with one result per frame. Rejects where
   * nothing is known of the whole batch. Core never calls it for a channel while an earlier call for it is under way, save
   * in another transaction.
   */
  publish(channel: string, frames: readonly Frame[], at?: PublishAt): Promise<readonly Published[]>;
  /**
   * Resolves when everything that is published from now on will be delivered. Each call is a subscription of its own,
   * also with a sink that has one already. The sink may be called before it resolves.
   */
  subscribe(channel: string, at: SubscribeAt, sink: Sink): Promise<TransportSubscription>;
  /** Reads what is kept of a channel. Needed where `supports.replay`. */
  history?(channel: string, query: HistoryQuery): Promise<HistoryPage>;
  /**
   * Has `report` hear of what goes wrong where no call can reject with it: a `TRANSPORT_FAILED` for a line that stays lost, a
   * sweep that fails. Of what lasts, every now and then. Core calls it once per app, before anything else, and gives it to
   * the app's `onError`.
   */
  reportTo?(report: (error: RealtimeError) => void): void;
  /**
   * Ends all subscriptions, each by `sink.fail` with `CLOSED`, and lets go of what the transport opened (not of a client
   * that was passed in). What is under way settles; later calls reject with `CLOSED`. May be called again.
   */
  close(): Promise<void>;
}
