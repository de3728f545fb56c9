/** What a store received, as a linked list: who follows holds on to a place in it, and what all have passed is gone. */
import type { Gap } from "../../transport.js";
import type { Follower } from "./follower.js";
import { EMPTY } from "./state.js";
import type { ChannelState } from "./types.js";

/** How many messages may wait for a follower. */
const MOST = 10_000;

/** A place: a message, and what came after it. */
interface Link<Msg> {
  /** How many messages came up to here. */
  readonly count: number;
  readonly message: Msg | undefined;
  next: Link<Msg> | undefined;
}

/** A follower's place, as its journal moves it. */
interface Place<Msg> {
  at: Link<Msg>;
  /** Whether something was dropped after what the follower committed. */
  isCut: boolean;
}

export interface Journal<Msg> {
  /** Adds what a snapshot adds. `forgets`: it has nothing of what came before. */
  take(state: ChannelState<Msg>, fresh: readonly Msg[], forgets: boolean): void;
  /** Follows from a snapshot on. `onGap` hears of what was dropped, where a delta lacked it that was committed. */
  follow(since: ChannelState<Msg>, onGap: (gap: Gap) => void): Follower<Msg>;
}

export function createJournal<Msg>(): Journal<Msg> {
  let last: Link<Msg> = { count: 0, message: undefined, next: undefined };
  // Kept for who starts from a snapshot of before: what that snapshot shows, it holds all the same.
  let first = last;
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

  /** The place so many messages on, or the one after it that there is. */
  function move(from: Link<Msg>, count: number): Link<Msg> {
    let link = from;
    while (link.count < count && link.next) link = link.next;
    return link;
  }

  return {
    take(state, fresh, forgets) {
      for (const message of fresh) {
        // With all that it will have: an object that grows later costs several times as much.
        last = last.next = { count: last.count + 1, message, next: undefined };
      }
      if (forgets) floor = last.count;
      marks.set(state, [floor, last.count]);
      first = move(first, last.count - Math.min(state.messages.all.length, MOST));
      for (const place of places) {
        place.isCut ||= last.count - place.at.count > MOST;
        place.at = move(place.at, last.count - MOST);
      }
    },
    follow(since, onGap) {
      const [, start] = markOf(since);
      const place: Place<Msg> = { at: move(first, start), isCut: first.count > start };
      places.add(place);
      // Whether a delta was given away that lacks something.
      let isShort = false;
      let key: string | undefined;
      let messages: readonly Msg[] = EMPTY;
      return {
        delta(state) {
          const [floor, count] = markOf(state);
          const asked = `${place.at.count} ${floor} ${count}`;
          if (key !== asked) messages = collect(place.at, floor, count);
          key = asked;
          isShort ||= place.isCut;
          return messages;
        },
        commit(state) {
          const [, count] = markOf(state);
          if (count < place.at.count) return;
          const wasShort = isShort;
          place.at = move(place.at, count);
          isShort = place.isCut = false;
          if (wasShort) onGap({ reason: "overflow", after: undefined });
        },
        close: () => void places.delete(place),
      };
    },
  };
}
