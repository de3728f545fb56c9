/** A store that hooks sit on: what it received can be followed. */
import { guard } from "../../handlers.js";
import type { AnyMessage } from "../../message.js";
import { createCore, type Hearer } from "./core.js";
import type { FollowedStore } from "./follower.js";
import { createJournal } from "./journal.js";
import type { GivenOptions } from "./options.js";

/** Throws `INVALID_OPTIONS` or `UNKNOWN_TOPIC`. */
export function createStore(given: GivenOptions): FollowedStore<AnyMessage> {
  const journal = createJournal<AnyMessage>();
  const hearers = new Set<Hearer>();
  const store = createCore(given, hearers, journal.take);
  return {
    ...store,
    follow({ since = store.getSnapshot(), ...hearer } = {}) {
      const cursor = journal.follow(since, (gap) => guard(hearer.onGap, gap, hearer.onError));
      hearers.add(hearer);
      return {
        ...cursor,
        close() {
          hearers.delete(hearer);
          cursor.close();
        },
      };
    },
  };
}
