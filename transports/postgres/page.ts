/** What is read of a channel, and where messages may be missing in it. */
import type { Delivery } from "../../src/frame.js";
import { formatPosition, parsePosition } from "../../src/position.js";
import type { Gap, GapReason, HistoryPage, HistoryQuery } from "../../src/transport.js";
import { type Rows, textOf } from "./answers.js";
import { unescapeText } from "./sql.js";

/** The epoch of what comes after an offset. */
interface Span {
  readonly epoch: string;
  readonly start: number;
  /** How often messages may have been lost before. Between two spans that differ in it is a gap. */
  readonly losses: number;
}

/** What a channel has, as the first row says. */
interface Facts {
  readonly spans: readonly Span[];
  readonly last: number;
}

/** Whether the server isn't the one of before, so that a new epoch must begin before anything is said. */
export const isStale = ([head]: Rows): boolean => textOf(head, 2) === "stale";

function factsOf([head]: Rows): Facts {
  const items = textOf(head, 0).split(",");
  const spans: Span[] = [];
  for (let i = 0; i + 2 < items.length; i += 3) {
    spans.push({ epoch: items[i] ?? "", start: Number(items[i + 1]), losses: Number(items[i + 2]) });
  }
  return { spans, last: Number(textOf(head, 1)) };
}

/** The position of a channel's last message. */
export function endOf(rows: Rows): string {
  const { spans, last } = factsOf(rows);
  return formatPosition(spans.at(-1)?.epoch ?? "", last);
}

/** Where a position is: the span, the offset in it, and the gap that comes right after it. `span` −1 for the very begin. */
interface Located {
  readonly span: number;
  readonly offset: number;
  readonly reason: GapReason | undefined;
}

function locate({ spans, last }: Facts, after: string): Located {
  const position = parsePosition(after);
  if (!position) return { span: -1, offset: 0, reason: "unknown" };
  const span = spans.findIndex(({ epoch }) => epoch === position.epoch);
  if (span < 0) return { span: -1, offset: 0, reason: "epoch" };
  const { offset } = position;
  if (span > 0 && offset < (spans[span]?.start ?? 0)) return { span: -1, offset: 0, reason: "unknown" };
  const stop = spans[span + 1]?.start;
  // It was given out, and then the server forgot what had led to it.
  if (stop !== undefined && offset > stop) return { span, offset: stop, reason: "epoch" };
  if (offset > last) return { span: -1, offset: 0, reason: "unknown" };
  return { span, offset, reason: undefined };
}

/** A page, of what `read` gave for a query. */
export function pageOf(rows: Rows, { after, limit }: HistoryQuery): HistoryPage {
  const facts = factsOf(rows);
  const { spans, last } = facts;
  const messages = rows.slice(1, 1 + limit);
  const first = messages[0] && Number(textOf(messages[0], 0));
  // Without a position it begins with the oldest: what was before isn't missed.
  const from = after === undefined ? undefined : locate(facts, after);
  let reason = from?.reason;
  let offset = from && from.span >= 0 ? from.offset : first === undefined ? last : first - 1;
  let span = from && from.span >= 0 ? from.span : spanOf(spans, offset + 1);
  if (from && from.span >= 0 && (first ?? last + 1) > offset + 1) {
    reason ??= "trimmed";
    offset = (first ?? last + 1) - 1;
    span = spanOf(spans, offset + 1);
  }
  const deliveries: Delivery[] = [];
  let index = 0;
  for (;;) {
    // What was lost between two spans was lost right here.
    const next = spans[span + 1];
    if (next && offset === next.start) {
      const isLoss = next.losses !== spans[span]?.losses;
      if (isLoss && deliveries.length > 0) break;
      if (isLoss && from) reason ??= "epoch";
      span++;
      continue;
    }
    const row = messages[index];
    // A hole ends the page: the next one begins with a gap.
    if (!row || Number(textOf(row, 0)) !== offset + 1) break;
    offset++;
    index++;
    const id = formatPosition(spans[span]?.epoch ?? "", offset);
    deliveries.push({ id, frame: { topic: unescapeText(textOf(row, 1)), payload: textOf(row, 2) } });
  }
  const gap: Gap | undefined = reason && { reason, after };
  const isEnd = offset === last && span === spans.length - 1;
  const position = formatPosition(spans[span]?.epoch ?? "", offset);
  return { deliveries, gap, position, more: !isEnd };
}

/** The span in which an offset is. */
function spanOf(spans: readonly Span[], offset: number): number {
  let found = 0;
  spans.forEach(({ start }, i) => {
    if (start < offset) found = i;
  });
  return found;
}
