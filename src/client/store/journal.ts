/** What a store received, as a linked list: whoever reads along holds on to a place in it, and what all have passed is gone. */
import type { Gap } from "../../transport.js";
import { EMPTY } from "./state.js";
import type { ChannelState } from "./types.js";

/** How many messages may wait for whoever reads along, or for a flush. */
export const MOST = 10_000;

/** A place: a message, and what came after it. */
interface Link<Msg> {
  /** How many messages came up to here. */
  readonly count: number;
  readonly message: Msg | undefined;
  next: Link<Msg> | undefined;
}

/** A place that moves along. */
export interface Cursor<Msg> {
  /** What came after the place, up to a snapshot: the same array while nothing changed, an empty one where nothing came. */
  delta(state: ChannelState<Msg>): readonly Msg[];
  /** Moves on to a snapshot. Never back. */
  commit(state: ChannelState<Msg>): void;
  close(): void;
}

/** A cursor, as its journal moves it. */
interface Place<Msg> {
  at: Link<Msg>;
  isCut: boolean;
}

export interface Journal<Msg> {
  /** How many messages wait for `mark`. */
  readonly pending: number;
  append(message: Msg): void;
  /** What came since the last mark. */
  fresh(): readonly Msg[];
  /** Says that a snapshot has all that came until now; `forgets`: and that nothing came. */
  mark(state: ChannelState<Msg>, forgets?: boolean): void;
  /** A cursor that starts at a snapshot. `onGap` is told of what it lost for being slow, where a delta lacked it that was committed. */
  follow(since: ChannelState<Msg>, onGap: (gap: Gap) => void): Cursor<Msg>;
}

/** `limit`: how many of the latest messages are kept for cursors that start at a snapshot of before. */
export function createJournal<Msg>(limit: number): Journal<Msg> {
  const kept = Math.min(limit, MOST);
  let last: Link<Msg> = { count: 0, message: undefined, next: undefined };
  let first = last;
  let marked = last;
  let floor = 0;
  // By snapshot, where it stands: a number, since a place would keep all that came after it.
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

  return {
    get pending() {
      return last.count - marked.count;
    },
    append(message) {
      // With all that it will have: an object that grows later costs several times as much.
      last = last.next = { count: last.count + 1, message, next: undefined };
    },
    fresh: () => collect(marked, 0, last.count),
    mark(state, forgets) {
      marked = last;
      if (forgets) floor = last.count;
      marks.set(state, [floor, last.count]);
      while (last.count - first.count > kept) first = first.next as Link<Msg>;
      for (const place of places) {
        while (last.count - place.at.count > MOST) {
          place.at = place.at.next as Link<Msg>;
          place.isCut = true;
        }
      }
    },
    follow(since, onGap) {
      const [, start] = markOf(since);
      const place: Place<Msg> = { at: first, isCut: first.count > start };
      places.add(place);
      let isShown = false;
      let key: string | undefined;
      let messages: readonly Msg[] = EMPTY;

      const move = (count: number) => {
        while (place.at.count < count && place.at.next) place.at = place.at.next;
      };
      move(start);
      return {
        delta(state) {
          const [floor, count] = markOf(state);
          const asked = `${place.at.count} ${floor} ${count}`;
          if (key !== asked) messages = collect(place.at, floor, count);
          key = asked;
          isShown ||= place.isCut;
          return messages;
        },
        commit(state) {
          const [, count] = markOf(state);
          if (count < place.at.count) return;
          const isTold = isShown && place.isCut;
          move(count);
          isShown = place.isCut = false;
          if (isTold) onGap({ reason: "overflow", after: undefined });
        },
        close: () => void places.delete(place),
      };
    },
  };
}
