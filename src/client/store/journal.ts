/** What a store received, as a linked list: who follows holds on to a place in it, and what all have passed is gone. */
import type { Gap } from "../../transport.js";
import type { Follower } from "./follower.js";
import { EMPTY } from "./state.js";
import type { ChannelState } from "./types.js";

/** How many messages may wait for a follower. */
const MOST = 10_000;

/**
 * For how many milliseconds messages are kept for who is about to follow: what renders a snapshot follows it only once the page has
 * been painted, and by then thousands may have come.
 */
const MOMENT = 1_000;

/** A place: a message, and what came after it. */
interface Link<Msg> {
  /** How many messages came up to here. */
  readonly count: number;
  readonly message: Msg | undefined;
  /** When it came: the time of its snapshot. */
  readonly at: number;
  next: Link<Msg> | undefined;
}

/** A follower's place, as its journal moves it. */
interface Place<Msg> {
  at: Link<Msg>;
  /** What tells that something was dropped after what the follower committed. */
  gap: Gap | undefined;
}

export interface Journal<Msg> {
  /** Adds what a snapshot adds. `forgets`: it has nothing of what came before. */
  take(state: ChannelState<Msg>, fresh: readonly Msg[], forgets: boolean): void;
  /** Follows from a snapshot on. `onGap` hears of what was dropped, where a delta lacked it that was committed. */
  follow(since: ChannelState<Msg>, onGap: (gap: Gap) => void): Follower<Msg>;
}

export function createJournal<Msg>(): Journal<Msg> {
  let last: Link<Msg> = { count: 0, message: undefined, at: 0, next: undefined };
  // Kept for who starts from a snapshot of before: what that snapshot shows, it holds all the same, and what came a moment ago.
  let first = last;
  // What has been dropped last: of one loss there is one gap, however many it concerns.
  let gap: Gap | undefined;
  let floor = 0;
  // By snapshot, where it stands. A number: a place would keep all that comes after it, for as long as the snapshot is kept.
  const marks = new WeakMap<ChannelState<Msg>, readonly [floor: number, count: number]>();
  const places = new Set<Place<Msg>>();

  const markOf = (state: ChannelState<Msg>) => marks.get(state) ?? ([0, 0] as const);

  function collect(from: Link<Msg>, floor: number, count: number): readonly Msg[] {
    const messages: Msg[] = [];
    for (let link = from.next; link && link.count <= count; link = link.next) {
      // Every place but the first has a message.
      if (link.count > floor) messages.push(link.message as Msg);
    }
    return messages.length ? Object.freeze(messages) : EMPTY;
  }

  /** The place so many messages on, or the one after it that there is; before what came after `until`. */
  function move(from: Link<Msg>, count: number, until?: number): Link<Msg> {
    let link = from;
    while (link.count < count && link.next && !(until && link.next.at > until)) link = link.next;
    return link;
  }

  return {
    take(state, fresh, forgets) {
      const now = Date.now();
      for (const message of fresh) {
        // With all that it will have: an object that grows later costs several times as much.
        last = last.next = { count: last.count + 1, message, at: now, next: undefined };
      }
      if (forgets) floor = last.count;
      marks.set(state, [floor, last.count]);
      gap = { reason: "overflow", after: undefined };
      const oldest = last.count - MOST;
      first = move(move(first, oldest), last.count - state.messages.all.length, now - MOMENT);
      for (const place of places) {
        if (place.at.count < oldest) place.gap ??= gap;
        place.at = move(place.at, oldest);
      }
    },
    follow(since, onGap) {
      const [, start] = markOf(since);
      const place: Place<Msg> = {
        at: move(first, start),
        gap: first.count > start ? gap : undefined,
      };
      places.add(place);
      // What a delta lacks that was given away.
      let lacks: Gap | undefined;
      let key: string | undefined;
      let messages: readonly Msg[] = EMPTY;
      return {
        delta(state) {
          const [floor, count] = markOf(state);
          const asked = `${place.at.count} ${floor} ${count}`;
          if (key !== asked) messages = collect(place.at, floor, count);
          key = asked;
          lacks ??= place.gap;
          return messages;
        },
        commit(state) {
          const [, count] = markOf(state);
          if (count < place.at.count) return;
          const missed = lacks;
          place.at = move(place.at, count);
          lacks = place.gap = undefined;
          if (missed) onGap(missed);
        },
        close: () => void places.delete(place),
      };
    },
  };
}
