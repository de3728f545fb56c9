/** A page of a channel's history. */
import {
  type Delivery,
  formatPosition,
  type GapReason,
  type HistoryPage,
  type HistoryQuery,
  parsePosition,
} from "halyard/transport";
import type { Channel } from "./channel.js";
import { type Files, failed, readFrom, segmentPath } from "./files.js";
import type { Place } from "./known.js";
import { parseLine, SEALED } from "./line.js";
import { historyStart } from "./sweep.js";

/** What a page is read from: all of one moment. */
interface Moment extends Files {
  /** Where the history begins. */
  readonly start: number;
  readonly end: number;
  readonly last: number;
  readonly places: readonly Place[];
  readonly isVoid: (offset: number) => boolean;
}

function momentOf({ folder, epoch, end, segments, known }: Channel, history: number): Moment {
  const { last, places } = known;
  const start = historyStart(segments, end, history);
  return { folder, epoch, start, end, last, places: [...places], isVoid: (offset) => known.void.has(offset) };
}

/** Why messages may be missing after a position, where they may be. */
function gapAfter(after: string, { epoch, start, end }: Moment): GapReason | undefined {
  const position = parsePosition(after);
  if (!position) return "unknown";
  if (position.epoch !== epoch) return "epoch";
  if (position.offset > end) return "unknown";
  return position.offset < start ? "trimmed" : undefined;
}

/** Reads a page. What is removed meanwhile is found to be gone, and then it begins anew. */
export async function readPage(channel: Channel, history: number, query: HistoryQuery): Promise<HistoryPage> {
  const { after } = query;
  for (;;) {
    const moment = await channel.upToDate(() => momentOf(channel, history));
    const reason = after === undefined ? undefined : gapAfter(after, moment);
    const position = reason || after === undefined ? undefined : parsePosition(after);
    const from = position?.offset ?? moment.start;
    const page = await fill(moment, from, query).catch((error) => {
      throw failed(channel.name, error);
    });
    if (page) {
      const { deliveries, more } = page;
      const stopped = more ? deliveries.at(-1)?.id : undefined;
      const end = formatPosition(moment.epoch, Math.max(from, moment.last));
      return { deliveries, more, gap: reason && { reason, after }, position: stopped ?? end };
    }
    await channel.upToDate(() => channel.forget());
  }
}

/** The messages after an offset. `undefined` where a file is gone. */
async function fill(
  moment: Moment,
  from: number,
  { limit, maxBytes = Number.POSITIVE_INFINITY }: HistoryQuery,
) {
  const deliveries: Delivery[] = [];
  let bytes = 0;
  let file = { segment: -1, start: 0, content: Buffer.alloc(0) as Buffer };
  for (const place of moment.places) {
    const { segment, start } = place;
    if (start < moment.start || start + place.messages <= from + 1) continue;
    if (file.segment !== segment) {
      const content = await readFrom(segmentPath(moment, segment), start - segment);
      if (!content) return undefined;
      file = { segment, start, content };
    }
    const line = parseLine(
      file.content.toString("utf8", start - file.start, start - file.start + place.bytes),
    );
    if (!line || line === SEALED) throw new Error(`file ${segment} is damaged at ${start}`);
    for (const [i, { topic, payload }] of line.entries.entries()) {
      const offset = start + i;
      if (offset <= from || moment.isVoid(offset)) continue;
      bytes += Buffer.byteLength(payload);
      const isFull = deliveries.length >= limit || bytes > maxBytes;
      if (isFull && deliveries.length > 0) return { deliveries, more: true };
      deliveries.push({ id: formatPosition(moment.epoch, offset), frame: { topic, payload } });
    }
  }
  return { deliveries, more: false };
}
