/** The log that Redis keeps: a stream per channel, a state that counts it, and pub/sub that tells of it. */
import type { HistoryPage, HistoryQuery } from "../../src/transport.js";
import { closed, type Log, randomEpoch, type Watcher } from "../log/index.js";
import { Appender } from "./appender.js";
import type { Connection } from "./clients.js";
import { failure, within } from "./errors.js";
import { namesOf } from "./names.js";
import type { Limits } from "./options.js";
import { pageOf, positionArgs, type ReadReply, readReply } from "./pages.js";
import { scriptsFor } from "./scripts.js";
import { Subscriber } from "./subscriber.js";
import { tell } from "./telling.js";

/** Bytes that one read fetches at most, but one entry at least. */
const MOST_BYTES = 8 * 1_048_576;

/** A log that tells how much it holds, for tests. */
export interface RedisLog extends Log {
  readonly held: { watched: number; lines: number };
}

export function redisLog(connection: Connection, limits: Limits): RedisLog {
  const { prefix, timeout } = limits;
  const scripts = scriptsFor(limits);
  const appender = new Appender(connection, scripts.append, limits);
  const subscriber = new Subscriber(connection, timeout);
  let states = 0;
  const seed = randomEpoch();

  async function run(channel: string, doing: string, query: HistoryQuery): Promise<ReadReply> {
    const names = namesOf(prefix, channel);
    const { after, limit, maxBytes = MOST_BYTES } = query;
    // The seed of a state that isn't there yet. Never the same, as such a state may have come and gone.
    const args = [`${seed}r${(states++).toString(36)}`, ...positionArgs(after)];
    args.push(String(limit), String(Math.min(maxBytes, MOST_BYTES)));
    try {
      const running = connection.run(scripts.read, [names.state, names.stream], args);
      return readReply(await within(running, timeout, doing));
    } catch (error) {
      throw failure(doing, error);
    }
  }

  return {
    get held() {
      return subscriber.held;
    },

    append: (channel, frames) => appender.append(channel, frames),

    async read(channel, query): Promise<HistoryPage> {
      const doing = `reading channel "${channel}"`;
      return pageOf(await run(channel, doing, query), query, doing);
    },

    async end(channel) {
      const { end } = await run(channel, `reading channel "${channel}"`, { limit: 0 });
      return end;
    },

    watch(channel, watcher: Watcher) {
      return subscriber.watch(namesOf(prefix, channel).live, {
        heard: (text) => tell(watcher, text),
        changed: () => watcher.changed(),
        fail: (error) => watcher.fail(error),
      });
    },

    reportTo(report) {
      subscriber.failed = report;
    },

    async close() {
      subscriber.close(closed("redis"));
    },
  };
}
