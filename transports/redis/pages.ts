/** Reading: what is asked of the script, and the page that its answer makes. */
import { RealtimeError } from "../../src/errors.js";
import type { Delivery } from "../../src/frame.js";
import { formatPosition, parsePosition } from "../../src/position.js";
import type { GapReason, HistoryPage, HistoryQuery } from "../../src/transport.js";
import { decodeBatch } from "./batch.js";
import { textOf } from "./running.js";
import { numbered } from "./telling.js";

/** A position as the script takes it: seed, run, offset. */
export function positionArgs(after: string | undefined): [seed: string, run: string, offset: string] {
  if (after === undefined) return ["", "", "0"];
  const position = parsePosition(after);
  if (!position) return ["?", "", "0"];
  const { epoch, offset } = position;
  const dash = epoch.lastIndexOf("-");
  // An epoch that isn't one of ours: a seed has no dash.
  if (dash < 1) return ["-", "", String(offset)];
  return [epoch.slice(0, dash), epoch.slice(dash + 1), String(offset)];
}

/** What the script answers. */
export interface ReadReply {
  readonly epoch: string;
  /** The position of the channel's last message. */
  readonly end: string;
  readonly last: number;
  /** What comes after this offset was read. */
  readonly from: number;
  readonly reason: GapReason | undefined;
  /** What was read: of each entry its last offset, its number of messages, and its batch. */
  readonly entries: readonly unknown[];
}

export function readReply(reply: unknown): ReadReply {
  const [head, ...entries] = Array.isArray(reply) ? reply : [];
  const match = /^(\S+) (\d+) (\d+) (\S+)$/.exec(textOf(head));
  if (!match) throw new Error(`The script answered ${textOf(head) || typeof reply}.`);
  const [, epoch = "", last, from, reason] = match;
  return {
    epoch,
    end: formatPosition(epoch, Number(last)),
    last: Number(last),
    from: Number(from),
    reason: reason === "-" ? undefined : (reason as GapReason),
    entries,
  };
}

const encoder = new TextEncoder();

export function pageOf(reply: ReadReply, query: HistoryQuery, doing: string): HistoryPage {
  const { epoch, last, from, reason, entries } = reply;
  const { after, limit, maxBytes = Number.POSITIVE_INFINITY } = query;
  const deliveries: Delivery[] = [];
  let to = from;
  let bytes = 0;
  for (const delivery of entriesOf(entries, epoch, from, doing)) {
    // Counted only where it matters: a page has thousands.
    if (maxBytes !== Number.POSITIVE_INFINITY) bytes += encoder.encode(delivery.frame.payload).length;
    if (deliveries.length >= limit || (bytes > maxBytes && deliveries.length > 0)) break;
    deliveries.push(delivery);
    to++;
  }
  const gap = reason === undefined ? undefined : { reason, after };
  return { deliveries, gap, position: formatPosition(epoch, to), more: to < last };
}

/** The messages after an offset. They are contiguous, or the script would have stopped. */
function* entriesOf(entries: readonly unknown[], epoch: string, from: number, doing: string) {
  for (let i = 0; i < entries.length; i += 3) {
    const offset = Number(entries[i]);
    const count = Number(entries[i + 1]);
    const frames = decodeBatch(textOf(entries[i + 2]));
    if (frames?.length !== count) {
      const what = `an entry of the stream (${offset}) isn't one of the transport's. Choose another prefix`;
      throw new RealtimeError("TRANSPORT_FAILED", `redis: ${doing} failed: ${what}.`);
    }
    const known = Math.max(0, from - (offset - count));
    yield* numbered(frames, epoch, offset - count).slice(known);
  }
}
