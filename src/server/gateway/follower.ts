/**
 * One subscription of one socket. It is either *live*, and gets what the hub delivers, or *behind*, and reads the
 * history page by page until it has caught up. Resuming, and a socket that was too slow, are both just "behind": so
 * nothing is ever queued for a socket beyond what it has been sent.
 */
import type { RealtimeError } from "../../errors.js";
import { isNotAfter } from "../../position.js";
import type { Gap, GapReason, HistoryPage, Transport } from "../../transport.js";
import { Batch, type Selection, type TopicFilter } from "../batch.js";
import { guard } from "../guard.js";
import type { Hub, Listener, Membership } from "../hub.js";

/** What a follower tells its session. */
export interface FollowerEvents {
  /** Every message after `position` follows. First of all, once. `after` is where it was to resume. */
  subscribed(position: string | undefined, after: string | undefined): void;
  /** Messages of its topics, at least one. */
  deliver(selection: Selection): void;
  gap(reason: GapReason, after: string | undefined, position: string | undefined): void;
  /** The socket had enough of them, and there is no history that has them. */
  overflowed(batch: Batch): void;
  /** It is broken for good; nothing follows. */
  failed(error: unknown): void;
  /** It is behind: `read` is to be called when its turn has come. */
  awaitTurn(): void;
  /** Whether the socket has had enough for now. */
  isCongested(): boolean;
}

/** What it follows. */
export interface Followed {
  readonly hub: Hub;
  readonly transport: Transport;
  readonly channel: string;
  readonly topics: TopicFilter;
}

/** Messages of one page of history, and bytes: what may be on its way to a socket beyond its limit. */
const PAGE = 256;
const PAGE_BYTES = 262_144;
/** Pages that bring nothing although the channel has moved on, before that is called a gap. */
const MAX_EMPTY_PAGES = 100;

/** What is kept of a follower that is behind. */
interface CatchUp {
  /** Whose it is, until that is stopped: a broker that doesn't answer holds nothing but this. */
  follower: Follower | undefined;
  isReading: boolean;
  /** A gap came: what was read before it doesn't tell of it. */
  isStale: boolean;
  /** Pages in a row that brought nothing. */
  empty: number;
}

/** A class, since a gateway has hundreds of thousands of them. */
export class Follower implements Listener {
  readonly #transport: Transport;
  readonly #channel: string;
  readonly #topics: TopicFilter;
  readonly #events: FollowerEvents;
  #mode: "starting" | "live" | "behind" | "overflown" | "stopped" = "starting";
  #catchUp: CatchUp | undefined;
  /** Up to where everything was sent. Before it has joined: where it is to resume. */
  #sent: string | undefined;
  readonly #membership: Membership;

  constructor(
    { hub, transport, channel, topics }: Followed,
    after: string | undefined,
    events: FollowerEvents,
  ) {
    this.#transport = transport;
    this.#channel = channel;
    this.#topics = topics;
    this.#events = events;
    this.#sent = after;
    this.#membership = hub.join(channel, this);
  }

  /** Up to where this subscription has everything; `undefined` without replay. */
  get position(): string | undefined {
    return this.#sent;
  }

  /** Whether it has joined, and wasn't stopped. */
  get isIn(): boolean {
    return this.#mode !== "starting" && this.#mode !== "stopped";
  }

  /** The socket can take more. */
  drained(): void {
    if (this.#mode === "behind") this.#awaitTurn();
    if (this.#mode !== "overflown") return;
    this.#mode = "live";
    this.#events.gap("overflow", undefined, undefined);
  }

  /** Nothing is told any more. */
  stop(): void {
    this.#mode = "stopped";
    if (this.#catchUp) this.#catchUp.follower = undefined;
    this.#membership.leave();
  }

  joined(membership: Membership): void {
    const after = this.#sent;
    if (!this.#transport.supports.replay) {
      this.#sent = undefined;
      this.#mode = "live";
      this.#events.subscribed(undefined, after);
      if (after !== undefined) this.#events.gap("no-replay", after, undefined);
      return;
    }
    const head = membership.head();
    this.#sent = after ?? head;
    const isThere = after === undefined || (after === head && !membership.isStale());
    this.#mode = isThere ? "live" : "behind";
    this.#events.subscribed(this.#sent, after);
    if (this.#isBehind()) this.#awaitTurn();
  }

  deliver(batch: Batch): void {
    if (this.#mode === "live" && this.#events.isCongested())
      this.#mode = this.#transport.supports.replay ? "behind" : "overflown";
    if (this.#mode === "overflown") this.#events.overflowed(batch);
    if (this.#mode !== "live") return;
    const fresh = batch.after(this.#sent);
    if (!fresh) return;
    this.#emit(fresh);
    if (this.#transport.supports.replay) this.#sent = fresh.last;
  }

  gap({ reason, after }: Gap): void {
    if (this.#mode === "live") this.#events.gap(reason, this.#sent ?? after, undefined);
    // Who is behind finds out from the history, as it is from now on.
    else if (this.#catchUp) this.#catchUp.isStale = true;
  }

  fail(error: RealtimeError): void {
    if (this.#mode === "stopped") return;
    // First it is told: who hears of it asks whether it was in.
    this.#events.failed(error);
    this.stop();
  }

  /** Its turn has come: reads one page. Resolves when that was handed on, or is no longer wanted. */
  read(): Promise<void> {
    this.#catchUp ??= { follower: this, isReading: false, isStale: false, empty: 0 };
    const catchUp = this.#catchUp;
    catchUp.isReading = true;
    catchUp.isStale = false;
    // Nothing here names this follower: were it stopped, the promise would hold it.
    return readHistory(this.#transport, this.#channel, this.#sent)
      .then((page) => catchUp.follower?.took(page, catchUp))
      .catch((error) => catchUp.follower?.fail(error));
  }

  #emit(batch: Batch): void {
    const selection = batch.of(this.#topics);
    if (selection.last !== undefined) this.#events.deliver(selection);
  }

  #isBehind(): boolean {
    return this.#mode === "behind";
  }

  #awaitTurn(): void {
    if (!this.#catchUp?.isReading) this.#events.awaitTurn();
  }

  /** A page came. Is live once there is nothing that the hub has and this one hasn't. */
  took(page: HistoryPage, catchUp: CatchUp): void {
    catchUp.isReading = false;
    const found = page.deliveries.length > 0;
    if (page.gap) this.#events.gap(page.gap.reason, this.#sent, found ? undefined : page.position);
    if (found) this.#emit(new Batch(this.#channel, page.deliveries));
    this.#sent = page.position;
    if (!this.#isBehind()) return;
    if (!page.more && !catchUp.isStale) this.#compare(found, catchUp);
    if (this.#isBehind()) this.#awaitTurn();
  }

  /** Whether the history's end is where the hub stands. */
  #compare(found: boolean, catchUp: CatchUp): void {
    const head = this.#membership.isStale() ? undefined : this.#membership.head();
    if (head !== undefined && !isNotAfter(head, this.#sent)) {
      if (found) catchUp.empty = 0;
      if (found || ++catchUp.empty <= MAX_EMPTY_PAGES) return;
      // The history doesn't give what was delivered live: it was trimmed at once, or belongs to another broker.
      // In another epoch, either may be the older one. Back at the head, what was sent would be sent again.
      const isAhead = this.#sent === undefined || isNotAfter(this.#sent, head);
      this.#events.gap("trimmed", this.#sent, isAhead ? head : undefined);
      if (isAhead) this.#sent = head;
    }
    this.#mode = "live";
    this.#catchUp = undefined;
  }
}

function readHistory(transport: Transport, channel: string, after: string | undefined) {
  return guard(transport, `read the history of "${channel}"`, async () => {
    // The conformance suite holds whoever claims replay to it.
    if (!transport.history) throw new Error(`"${transport.name}" claims replay and has no history().`);
    return transport.history(channel, { after, limit: PAGE, maxBytes: PAGE_BYTES });
  });
}
