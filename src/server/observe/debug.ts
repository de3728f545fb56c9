/** What `debug` prints: a line for each event, built on the very hooks that `on` has. */
import { isThenable } from "../../schema.js";
import { afterTurn } from "../after-turn.js";
import type { DebugLog, DeliveredEvent, PublishedEvent, RealtimeEvent, RealtimeHooks } from "./events.js";
import { addTo, errorLine, eventLine, newTraffic, type Traffic, trafficLine } from "./lines.js";

export interface Debug {
  readonly hooks: RealtimeHooks;
  /** Something went to `onError`. */
  failed(error: unknown): void;
}

interface Line {
  readonly event: RealtimeEvent | undefined;
  /** Made when the line is printed, since messages may still be added to it. */
  text(): string;
}

/**
 * Lines are printed at the end of a turn of the event loop, so that a thousand messages of one turn, or one that went to a
 * thousand connections, make one line. What `log` throws, or rejects with, goes to `logFailed`.
 */
export function createDebug(log: DebugLog = toConsole, logFailed: (error: unknown) => void): Debug {
  let lines: Line[] = [];
  const traffic = new Map<string, Traffic>();

  function add(line: Line): void {
    if (lines.push(line) === 1) afterTurn(flush);
  }

  function flush(): void {
    const printed = lines;
    lines = [];
    traffic.clear();
    for (const { text, event } of printed) {
      try {
        // A function that returns nothing may well be async.
        const returned: unknown = log(text(), event);
        if (isThenable(returned)) returned.then(undefined, logFailed);
      } catch (error) {
        logFailed(error);
      }
    }
  }

  function onTraffic(event: PublishedEvent | DeliveredEvent): void {
    const { channel } = event;
    let one = traffic.get(channel);
    if (!one) {
      const fresh = newTraffic(channel);
      one = fresh;
      traffic.set(channel, fresh);
      add({ event, text: () => trafficLine(fresh) });
    }
    addTo(one, event);
  }

  const onOther = (event: Exclude<RealtimeEvent, PublishedEvent | DeliveredEvent>) =>
    add({ event, text: () => eventLine(event) });

  return {
    hooks: {
      published: onTraffic,
      delivered: onTraffic,
      dropped: onOther,
      gap: onOther,
      slow: onOther,
      connected: onOther,
      disconnected: onOther,
      subscribed: onOther,
      unsubscribed: onOther,
      refused: onOther,
    },
    failed: (error) => add({ event: undefined, text: () => errorLine(error) }),
  };
}

function toConsole(line: string): void {
  const now = new Date();
  const time = `${now.toTimeString().slice(0, 8)}.${String(now.getMilliseconds()).padStart(3, "0")}`;
  // biome-ignore lint/suspicious/noConsole: it was asked for. The error stream leaves a program's output alone.
  console.error(`[halyard] ${time} ${line}`);
}
