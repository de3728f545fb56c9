/** JetStream as a log: what publishes, reads and hears of what is stored, on one connection. */
import type { Log } from "../log/log.js";
import { Appender } from "./append.js";
import { failure } from "./errors.js";
import { Link } from "./link.js";
import { Live } from "./live.js";
import type { Settings } from "./options.js";
import { Reader } from "./read.js";
import { Stream } from "./stream.js";

/** The log, and how much it holds: tests count that. */
export function natsLog(settings: Settings): { log: Log; held: () => { watches: number } } {
  const link = new Link(settings.connection, "nats", settings.timeout, {
    down: () => live.suspend(),
    up: () => live.changed(),
    closed: (error) => live.failAll(error),
  });
  const stream = new Stream(link, settings);
  const live = new Live(link, stream);
  const appender = new Appender(link, stream, settings);
  const reader = new Reader(link, stream, settings.timeout);

  const explained = async <T>(what: string, channel: string, task: () => Promise<T>): Promise<T> => {
    try {
      return await task();
    } catch (error) {
      throw failure("nats", `can't ${what} ${JSON.stringify(channel)}`, error);
    }
  };

  const log: Log = {
    append: (channel, frames) => explained("publish to", channel, () => appender.append(channel, frames)),
    read: (channel, query) => explained("read", channel, () => reader.read(channel, query)),
    end: (channel) => explained("read", channel, () => reader.end(channel)),
    watch: (channel, watcher) => explained("subscribe to", channel, () => live.watch(channel, watcher)),
    reportTo(report) {
      live.failed = (error) => report(failure("nats", "can't look after its stream, and tries again", error));
    },
    async close() {
      live.close();
      link.close();
    },
  };
  return { log, held: () => ({ watches: live.size }) };
}
