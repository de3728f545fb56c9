/** The lines of `debug`: what happened, in the words and order in which a person looks for it. */
import { isRealtimeError } from "../../errors.js";
import { bytesText, closeText, countOf, gapText, oneLine, timeText } from "../../log-text.js";
import type { DeliveredEvent, PublishedEvent, RealtimeEvent } from "./events.js";

/** What a turn of the event loop published to a channel, and to how many connections messages of it went. */
export interface Traffic {
  readonly channel: string;
  readonly topics: Set<string>;
  readonly connections: Set<number>;
  published: number;
  duplicates: number;
  delivered: number;
  bytes: number;
  durationMs: number;
}

export const newTraffic = (channel: string): Traffic => ({
  channel,
  topics: new Set(),
  connections: new Set(),
  published: 0,
  duplicates: 0,
  delivered: 0,
  bytes: 0,
  durationMs: 0,
});

export function addTo(traffic: Traffic, event: PublishedEvent | DeliveredEvent): void {
  if (event.type === "delivered") {
    traffic.connections.add(event.connection);
    // Each connection gets what the others get.
    traffic.delivered = Math.max(traffic.delivered, event.count);
    if (traffic.published === 0) traffic.bytes = Math.max(traffic.bytes, event.bytes);
    return;
  }
  if (traffic.published === 0) traffic.bytes = 0;
  traffic.published++;
  traffic.topics.add(event.topic);
  traffic.bytes += event.bytes;
  traffic.durationMs = Math.max(traffic.durationMs, event.durationMs);
  if (event.duplicate) traffic.duplicates++;
}

export function trafficLine(traffic: Traffic): string {
  const { channel, topics, connections, published, duplicates, delivered, bytes, durationMs } = traffic;
  const to = connections.size > 0 && `→ ${countOf(connections.size, "connection")}`;
  if (published === 0)
    return line("→", "delivered", channel, countOf(delivered, "message"), bytesText(bytes), to);
  const again =
    duplicates > 0 && `${duplicates === published ? "" : `${duplicates} `}known by key, stored before`;
  return line(
    "+",
    "published",
    [channel, ...topics].join(" "),
    countOf(published, "message"),
    bytesText(bytes),
    timeText(durationMs),
    again,
    to,
  );
}

export function eventLine(event: Exclude<RealtimeEvent, PublishedEvent | DeliveredEvent>): string {
  const who = event.connection !== undefined && `#${event.connection}`;
  const subject = event.subject !== undefined && `subject ${event.subject}`;
  switch (event.type) {
    case "connected":
      return line("●", "connected", who, event.wire, event.origin !== undefined && `from ${event.origin}`);
    case "disconnected":
      return line(
        "○",
        "disconnected",
        who,
        closeText(event.code, event.reason),
        `after ${timeText(event.durationMs)}`,
        subject,
      );
    case "subscribed": {
      const from = event.after === undefined ? "live" : `resumes after ${event.after}`;
      return line("✓", "subscribed", who, [event.channel, ...event.topics].join(" "), from, subject);
    }
    case "unsubscribed":
      return line("–", "unsubscribed", who, event.channel, event.code, subject);
    case "refused": {
      const what = [event.what, event.channel, event.topic].filter(Boolean).join(" ");
      const from = event.origin !== undefined && `from ${event.origin}`;
      return line("✗", "refused", who, what, `${event.code}: ${event.message}`, from, subject);
    }
    case "gap":
      return line("!", "gap", who, `${event.channel}${gapText(event.reason, event.after)}`, subject);
    case "dropped":
      return line("!", "dropped", who, event.channel, countOf(event.count, "message"), event.reason, subject);
    case "slow":
      return line("!", "slow", who, `${bytesText(event.unwritten)} unread, held back`, subject);
  }
}

/** What went to `onError`: its code, what it says, and what the innermost cause says. */
export function errorLine(error: unknown): string {
  let cause: unknown = error;
  // Causes may go in a circle.
  for (let depth = 0; depth < 8 && Object(cause).cause !== undefined; depth++) cause = Object(cause).cause;
  const said = isRealtimeError(error)
    ? `${error.code}: ${error.message}`
    : String(Object(error).message ?? "");
  const because = cause !== error && `because ${String(Object(cause).message ?? "of what onError gets")}`;
  return line("!", "error", said || "see onError", because);
}

/** Its sign and its word stand in columns; the rest follows, as far as it is there. */
function line(sign: string, word: string, ...parts: readonly (string | false | undefined)[]): string {
  return oneLine(`${sign} ${word.padEnd(12)} ${parts.filter(Boolean).join(" · ")}`).replace(" · →", " →");
}
