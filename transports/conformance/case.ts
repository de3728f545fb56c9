/** What a case of the suite is, and what it is given. */
import type { Frame } from "../../src/frame.js";
import type {
  HistoryPage,
  HistoryQuery,
  Published,
  SubscribeAt,
  Supports,
  Transport,
  TransportSubscription,
} from "../../src/transport.js";
import type { Recorder } from "./recorder.js";
import type { Outage, Transaction } from "./setup.js";

/** What `supports` can claim, and the suite then proves. */
export type Capability = "replay" | "keys" | "shared" | "transactions";

/** One case of the suite. */
export interface ConformanceCase {
  /** As the test is called. */
  readonly name: string;
  /** In one line: what goes wrong for users where it fails. */
  readonly why: string;
  /** It runs only where all of these are claimed, and where outages are tried if it needs one. */
  readonly needs?: readonly (Capability | "outage")[];
  /** It runs only where this is *not* claimed. */
  readonly unless?: Capability;
  run(context: CaseContext): Promise<void>;
}

/** A transport that was made for one case, and what helps to try it. Whatever waits here has a deadline. */
export interface CaseContext {
  readonly transport: Transport;
  /** A second instance on the same broker where `supports.shared`; else the transport itself. */
  readonly peer: Transport;
  /** What the suite was told, rather than what the transport says. */
  readonly supports: Supports;
  /** How often a race is tried. */
  readonly rounds: number;
  /** What `resources` counts, if it was given. */
  resources(): number | undefined;
  /** Resolves once `resources` counts no more than this: what is let go may have to tell its broker. */
  released(before: number | undefined, when: string): Promise<void>;
  /** A name that no other case has. The same `label` gives the same name within a case. */
  channel(label?: string): string;
  /** A sink that isn't subscribed yet. */
  recorder(): Recorder;
  /** Subscribes a new sink. */
  listen(channel: string, at?: SubscribeAt, via?: Transport): Promise<Listening>;
  /** Publishes a batch; there is one result per frame, or it fails. */
  publish(channel: string, batch: readonly Frame[], via?: Transport): Promise<readonly Published[]>;
  /** Publishes a batch that must be taken; gives its ids. */
  send(channel: string, batch: readonly Frame[], via?: Transport): Promise<string[]>;
  /** One page of the history. `limit` defaults to 1,000. */
  history(channel: string, query?: Partial<HistoryQuery>): Promise<HistoryPage>;
  /** Makes the transport drop whatever of the channel's history stands after this position. */
  trimPast(channel: string, position: string): Promise<void>;
  /** Makes the broker unreachable, and reachable again; it is reachable again when the case ends. */
  readonly outage: Outage;
  /** Begins a transaction of the caller's. */
  transaction(via?: Transport): Promise<Transaction>;
  /** Rejects where a promise takes longer than the deadline. */
  soon<T>(promise: Promise<T>, what: string): Promise<T>;
  /** Asks every few milliseconds, until the answer is yes or `recovery` is over: for what the broker's client mends. */
  recovers(what: string, condition: () => boolean | Promise<boolean>): Promise<void>;
}

/** A subscription and its sink. */
export interface Listening {
  readonly sink: Recorder;
  readonly subscription: TransportSubscription;
}
