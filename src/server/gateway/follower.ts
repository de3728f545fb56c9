/**
 * One subscription of one socket. It is either *live*, and gets what the hub delivers, or *behind*, and reads the
 * history page by page until it has caught up. Resuming, and a socket that was too slow, are both just "behind": so
 * nothing is ever queued for a socket beyond what it has been sent.
 */
import { isNotAfter } from "../../position.js";
import type { Gap, GapReason, Transport } from "../../transport.js";
import { Batch, type TopicFilter } from "../batch.js";
import { guard } from "../guard.js";
import type { Hub, Membership } from "../hub.js";

/** What a follower tells its session. */
export interface FollowerEvents {
  /** Every message after `position` follows. First of all, once. */
  subscribed(position: string | undefined): void;
  /** `frames(id, topics)` of it are to be sent; `last` is the last message's id in them. */
  deliver(batch: Batch, last: string): void;
  gap(reason: GapReason, after: string | undefined, position: string | undefined): void;
  /** It is broken for good; nothing follows. */
  failed(error: unknown): void;
  /** Whether the socket has had enough for now. */
  congested(): boolean;
}

export interface Follower {
  /** Up to where this subscription has everything; `undefined` without replay. */
  position(): string | undefined;
  /** The socket can take more. */
  drained(): void;
  /** Nothing is told any more. */
  stop(): void;
}

/** Messages of one page of history, and bytes: what may be on its way to a socket beyond its limit. */
const PAGE = 256;
const PAGE_BYTES = 262_144;
/** Pages that bring nothing although the channel has moved on, before that is called a gap. */
const MAX_EMPTY_PAGES = 100;

export function follow(
  hub: Hub,
  transport: Transport,
  channel: string,
  topics: TopicFilter,
  after: string | undefined,
  events: FollowerEvents,
): Follower {
  let mode: "starting" | "live" | "behind" | "overflown" | "stopped" = "starting";
  let reading = false;
  let sent: string | undefined;
  let membership: Membership | undefined;

  const stop = () => {
    mode = "stopped";
    membership?.leave();
  };
  const fail = (error: unknown) => {
    if (mode === "stopped") return;
    stop();
    events.failed(error);
  };

  const emit = (batch: Batch) => {
    const last = batch.deliveries.findLast(({ frame }) => topics.has(frame.topic));
    if (last) events.deliver(batch, last.id);
  };

  /** Reads on until there is nothing that the hub has and this one hasn't. */
  async function catchUp(): Promise<void> {
    if (reading) return;
    reading = true;
    let empty = 0;
    try {
      while (mode === "behind" && !events.congested()) {
        const page = await readHistory(transport, channel, sent);
        // It may have been stopped while it read.
        if (!isBehind()) return;
        if (page.gap)
          events.gap(page.gap.reason, sent, page.deliveries.length > 0 ? undefined : page.position);
        if (page.deliveries.length > 0) emit(new Batch(channel, page.deliveries));
        sent = page.position;
        if (page.more) continue;
        const head = membership?.head();
        if (head === undefined || isNotAfter(head, sent)) mode = "live";
        else if (page.deliveries.length > 0) empty = 0;
        else if (++empty > MAX_EMPTY_PAGES) {
          // The history doesn't give what was delivered live: it was trimmed at once, or belongs to another broker.
          events.gap("trimmed", sent, head);
          sent = head;
          mode = "live";
        }
      }
    } catch (error) {
      fail(error);
    } finally {
      reading = false;
    }
  }
  const isBehind = () => mode === "behind";

  const start = (joined: Membership) => {
    membership = joined;
    if (mode === "stopped") return joined.leave();
    const head = joined.head();
    if (!transport.supports.replay) {
      mode = "live";
      events.subscribed(undefined);
      if (after !== undefined) events.gap("no-replay", after, undefined);
      return;
    }
    sent = after ?? head;
    mode = sent === head ? "live" : "behind";
    events.subscribed(sent);
    if (mode === "behind") void catchUp();
  };

  hub
    .join(channel, {
      joined: start,
      deliver(batch) {
        if (mode !== "live") return;
        if (events.congested()) {
          mode = transport.supports.replay ? "behind" : "overflown";
          return;
        }
        const fresh = batch.after(sent);
        if (!fresh) return;
        emit(fresh);
        if (transport.supports.replay) sent = fresh.last;
      },
      gap(gap: Gap) {
        // Who is behind finds out from the history.
        if (mode === "live") events.gap(gap.reason, sent ?? gap.after, undefined);
      },
      fail,
    })
    .catch(fail);

  return {
    position: () => sent,
    drained() {
      if (mode === "behind") void catchUp();
      if (mode !== "overflown") return;
      mode = "live";
      events.gap("overflow", undefined, undefined);
    },
    stop,
  };
}

function readHistory(transport: Transport, channel: string, after: string | undefined) {
  return guard(transport, `read the history of "${channel}"`, async () => {
    // The conformance suite holds whoever claims replay to it.
    if (!transport.history) throw new Error(`"${transport.name}" claims replay and has no history().`);
    return transport.history(channel, { after, limit: PAGE, maxBytes: PAGE_BYTES });
  });
}
