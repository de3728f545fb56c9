/** A log, as a broker keeps it: what `logTransport` makes a transport of. */
import type { RealtimeError } from "../../src/errors.js";
import type { Delivery, Frame } from "../../src/frame.js";
import type { HistoryPage, HistoryQuery, PublishAt, Published } from "../../src/transport.js";

/** What hears of a channel that is watched. Its methods may be called at any time; once the watch has ended, in vain. */
export interface Watcher {
  /**
   * These were stored, in this order, and right after the position `after` with nothing between. Whatever doesn't follow on
   * what was last heard of is found by reading; what was heard of before is ignored. So it may come twice, or not at all
   * if a later call follows.
   */
  stored(after: string, deliveries: readonly Delivery[]): void;
  /** Something may have been stored, as after a connection that was lost. The log is read from where it was left. */
  changed(): void;
  /** Nothing will be heard of this channel any more: as when the client was closed. */
  fail(error: RealtimeError): void;
}

/**
 * Messages by channel, in order, each with a position. It isn't asked again by a transport that is closed, nor is anything
 * of it cached: the truth is in the broker.
 *
 * Each method rejects with a `RealtimeError`: mostly `TRANSPORT_FAILED`, with the broker's error as its `cause`. It does so
 * in bounded time, also where the broker is gone.
 */
export interface Log {
  /** As `publish` of a transport. Frames that are too large, or have a key where none is taken, don't come here. */
  append(channel: string, frames: readonly Frame[], at?: PublishAt): Promise<readonly Published[]>;
  /**
   * As `history` of a transport, with `limit` checked. What it gives must be of one moment: nothing is missing between
   * `after` and `position`, unless a gap says so.
   */
  read(channel: string, query: HistoryQuery): Promise<HistoryPage>;
  /** The position of a channel's last message: what is stored from now on comes after it. Also where it never had one. */
  end(channel: string): Promise<string>;
  /**
   * Resolves when everything that is stored from now on will be told, with what ends the watch. Called once per channel,
   * however many listen, and again once that watch has ended.
   */
  watch(channel: string, watcher: Watcher): Promise<() => void>;
  /**
   * Has `report` hear of what fails while nobody waits for it, such as a sweep, or a connection that stays lost. What the log
   * is asked to read again and again is told without it. Called once, before anything else.
   */
  reportTo?(report: (error: RealtimeError) => void): void;
  /** Lets go of what it opened, not of a client that was passed in. All watches have ended. Called once. */
  close(): Promise<void>;
}
