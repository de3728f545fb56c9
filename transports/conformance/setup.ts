/** What the suite is given by who runs it. */
import type { Supports, Transport } from "../../src/transport.js";

/** What the factory makes, afresh for every case. */
export interface ConformanceSetup {
  readonly transport: Transport;
  /** A second instance on the same broker. Needed where `supports.shared`. */
  readonly peer?: Transport | undefined;
  /** Takes the broker away. Needed where `supports.shared`, unless `outages` is false. */
  readonly outage?: Outage | undefined;
  /** Begins a transaction of the caller's, for `publish`. Needed where `supports.transactions`. */
  transaction?(transport: Transport): Promise<Transaction>;
  /** Called when the case has ended and the transports are closed: for clients that the factory opened. */
  cleanup?(): Promise<void> | void;
}

/**
 * A broker that goes away and comes back, for both transports: a server of the test's own that is killed and started, or
 * a TCP proxy that cuts. What a broker loses by this may be lost, if the transport announces it.
 */
export interface Outage {
  /** Resolves when the broker can't be reached. Connections that are open break, or go silent. */
  begin(): Promise<void>;
  /** Resolves when the broker can be reached again. Transports need not have noticed. */
  end(): Promise<void>;
}

/** A transaction of the caller's that has begun. */
export interface Transaction {
  /** What `publish` takes as `at.tx`. */
  readonly tx: unknown;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/** What a case needs to run. */
export interface CaseOptions {
  /** What the transport claims: `transport.supports`. It alone decides which cases run. */
  readonly supports: Supports;
  /** Makes a transport for one case. Channel names are random, so a broker needs no flush. */
  factory(): Promise<ConformanceSetup> | ConformanceSetup;
  /**
   * Makes the transport drop the oldest messages of a channel; called until they are gone. Default: the suite publishes
   * small messages until a gap appears, at most 20,000. Give this where the history is longer, or bounded by age alone.
   */
  trim?: ((transport: Transport, channel: string) => Promise<void>) | undefined;
  /** Counts what a transport holds per subscription (listeners, timers, sockets); must return to its start. */
  resources?: ((transport: Transport) => number) | undefined;
  /** How often a race between replay and live is tried. Default 1,000. */
  readonly rounds?: number | undefined;
  /** Milliseconds that anything may take. Default 4,000: less than most runners give a test. */
  readonly deadline?: number | undefined;
  /** Milliseconds within which a transport works again once its broker is back. Default: three deadlines. */
  readonly recovery?: number | undefined;
  /**
   * Whether the broker's outages are tried, with the `outage` that the factory gives. Default: where `supports.shared`.
   * `false` is for what has no broker that could go away, such as a folder.
   */
  readonly outages?: boolean | undefined;
}
