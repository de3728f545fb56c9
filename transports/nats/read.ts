/**
 * Reading what is kept of a channel. A broker trims while it is read, oldest first: so whatever a page begins with is
 * looked for again at the end, and where it is still there, nothing was skipped in between.
 */
import { formatPosition, parsePosition } from "../../src/position.js";
import type { GapReason, HistoryPage, HistoryQuery } from "../../src/transport.js";
import { readMany } from "./bulk.js";
import type { StoredMessage } from "./clients.js";
import { decodeEnvelope } from "./envelope.js";
import type { Link } from "./link.js";
import { lastOffset, offsetBefore, type Place, placeOf } from "./offsets.js";
import { Page } from "./page.js";
import type { Opened, Stream } from "./stream.js";
import { toToken } from "./subjects.js";

/** Messages that are asked for one by one, before a consumer is made for the rest: below that, it costs more. */
const ONE_BY_ONE = 16;

/** How often a channel is looked at anew that was empty, and in the next moment wasn't. */
const TRIES = 20;

/** A channel, as it is read. */
interface Channel {
  readonly opened: Opened;
  readonly subject: string;
}

export class Reader {
  readonly #link: Link;
  readonly #stream: Stream;
  readonly #timeout: number;

  constructor(link: Link, stream: Stream, timeout: number) {
    this.#link = link;
    this.#stream = stream;
    this.#timeout = timeout;
  }

  /** The position of the last message, or one before whatever comes next. */
  end(channel: string): Promise<string> {
    return this.#steady(channel, (at) => this.#end(at));
  }

  async #end(at: Channel): Promise<string> {
    for (let i = 0; i < TRIES; i++) {
      const last = await this.#last(at);
      if (last)
        this.#stream.heard(at.opened.epoch, { seq: last.seq, stamp: decodeEnvelope(last.data)?.stamp });
      const offset = last ? lastOffset(last.seq) : await this.#startOfEmpty(at);
      if (offset !== undefined) return formatPosition(at.opened.epoch, offset);
    }
    throw contradiction(at);
  }

  read(channel: string, query: HistoryQuery): Promise<HistoryPage> {
    return this.#steady(channel, (at) => this.#read(at, query));
  }

  async #read(at: Channel, query: HistoryQuery): Promise<HistoryPage> {
    const { after } = query;
    if (after === undefined) return this.#readAll(at, query, undefined);
    const position = parsePosition(after);
    if (!position) return this.#readAll(at, query, "unknown");
    if (position.epoch !== at.opened.epoch) return this.#readAll(at, query, "epoch");
    const page = new Page(at.opened.epoch, position.offset, query);
    const reason = await this.#readFrom(at, page, placeOf(position.offset));
    return typeof reason === "string"
      ? this.#readAll(at, query, reason)
      : this.#result(at, page, reason.more);
  }

  /** Fills a page with what came after a place. Gives the reason where that can't be told for sure. */
  async #readFrom(
    at: Channel,
    page: Page,
    { seq, remaining }: Place,
  ): Promise<GapReason | { more: boolean }> {
    if (remaining === undefined) return this.#readFromMark(at, page, Math.max(1, seq));
    // Numbers begin at 1, and the server refuses to be asked for less.
    if (seq < 1) return "unknown";
    // What it has yet to give of the message itself.
    const own = remaining > 0 ? this.#stream.get({ seq }) : undefined;
    const [next, last, whole] = await Promise.all([this.#next(at, seq + 1), this.#last(at), own]);
    if (last?.seq === seq) {
      page.add(last, remaining);
      return holds(last, remaining) ? { more: page.isFull } : "unknown";
    }
    if (whole) page.add(whole, remaining);
    const more = await this.#fill(at, page, next, last?.seq ?? 0);
    const still = await this.#stream.get({ seq });
    if (still) return still.subject === at.subject && holds(still, remaining) ? { more } : "unknown";
    const { last: newest } = await this.#stream.state(at.subject);
    return seq > newest ? "unknown" : "trimmed";
  }

  /** As above, for a place at which nothing of the channel stands. */
  async #readFromMark(at: Channel, page: Page, seq: number): Promise<GapReason | { more: boolean }> {
    const [next, last] = await Promise.all([this.#next(at, seq), this.#last(at)]);
    const more = await this.#fill(at, page, next, last?.seq ?? 0);
    const { last: newest, count } = await this.#stream.state(at.subject);
    if (seq > newest + 1) return "unknown";
    if (!(await this.#stream.keepsFrom(seq))) return "trimmed";
    // The later it stands, the longer it can be told that nothing was dropped after it.
    if (count === 0) page.offset = offsetBefore(newest + 1);
    return { more };
  }

  /** All that is kept, oldest first, with a gap before it where there is a reason. */
  async #readAll(at: Channel, query: HistoryQuery, reason: GapReason | undefined): Promise<HistoryPage> {
    const gap = reason && { reason, after: query.after };
    const { epoch } = at.opened;
    let [first, last] = await Promise.all([this.#next(at, 1), this.#last(at)]);
    for (let i = 0; !first; i++) {
      const offset = await this.#startOfEmpty(at);
      if (offset !== undefined) return this.#result(at, new Page(epoch, offset, query), false, gap);
      if (i === TRIES) throw contradiction(at);
      [first, last] = await Promise.all([this.#next(at, 1), this.#last(at)]);
    }
    const page = new Page(epoch, 0, query);
    const more = await this.#fill(at, page, first, last?.seq ?? 0);
    if (page.messages < 2 || (await this.#stream.get({ seq: first.seq })))
      return this.#result(at, page, more, gap);
    // It was trimmed meanwhile, so perhaps some of those that followed were, too: they are for the next page to tell.
    const one = new Page(epoch, 0, query);
    one.add(first);
    return this.#result(at, one, true, gap);
  }

  /** Adds messages to a page, from `message` to the one with the number `last`. Whether there are more. */
  async #fill(at: Channel, page: Page, message: StoredMessage | undefined, last: number): Promise<boolean> {
    let next = message;
    for (let asked = 0; next; asked++) {
      page.add(next);
      const { seq } = next;
      if (page.isFull) return true;
      if (seq >= last) return false;
      if (page.room < 1) return true;
      next =
        asked < ONE_BY_ONE ? await this.#next(at, seq + 1) : await this.#fillMany(at, page, seq + 1, last);
    }
    return page.isFull;
  }

  /** Adds many messages at once, from a number on. Gives one that is to be added next, if there is. */
  async #fillMany(at: Channel, page: Page, from: number, last: number): Promise<StoredMessage | undefined> {
    const many = await readMany(this.#link, this.#stream, at.subject, from, page.room, this.#timeout);
    let seq = from - 1;
    for (const message of many) {
      if (page.isFull || page.room < 1) break;
      page.add(message);
      seq = message.seq;
    }
    return page.isFull || seq >= last ? undefined : this.#next(at, seq + 1);
  }

  #result({ opened }: Channel, page: Page, more: boolean, gap?: HistoryPage["gap"]): HistoryPage {
    if (page.newest) this.#stream.heard(opened.epoch, page.newest);
    const { deliveries, position } = page;
    return { deliveries, gap, position, more };
  }

  /** Reads from one stream, and not one half from that which was there before a connection was lost. */
  async #steady<T>(channel: string, task: (at: Channel) => Promise<T>): Promise<T> {
    const token = toToken(channel);
    for (;;) {
      const opened = await this.#stream.open();
      const { doubted } = this.#stream;
      const result = await task({ opened, subject: opened.stored + token });
      if (doubted === this.#stream.doubted) return result;
    }
  }

  #next({ subject }: Channel, seq: number): Promise<StoredMessage | undefined> {
    return this.#stream.get({ seq, next_by_subj: subject });
  }

  #last({ subject }: Channel): Promise<StoredMessage | undefined> {
    return this.#stream.get({ last_by_subj: subject });
  }

  /** Where a channel starts of which nothing is stored; `undefined` where something is by now. */
  async #startOfEmpty({ subject }: Channel): Promise<number | undefined> {
    const { last, count } = await this.#stream.state(subject);
    return count === 0 ? offsetBefore(last + 1) : undefined;
  }
}

const contradiction = ({ subject }: Channel) =>
  new Error(`the server counts messages of ${subject}, but gives none`);

/** Whether a stored message has so many frames after another one. */
const holds = ({ data }: StoredMessage, remaining: number): boolean =>
  (decodeEnvelope(data)?.frames.length ?? 1) > remaining;
