/** Publishing: a batch becomes as few stored messages as it can. */
import type { RealtimeError } from "../../src/errors.js";
import type { Frame } from "../../src/frame.js";
import { formatPosition } from "../../src/position.js";
import type { Published } from "../../src/transport.js";
import { Backoff } from "../log/backoff.js";
import { randomEpoch } from "../log/limits.js";
import { conflict, tooLarge } from "../log/refusals.js";
import type { NatsAck } from "./clients.js";
import { divide, type Part } from "./divide.js";
import { decodeEnvelope, digest, encodeEnvelope } from "./envelope.js";
import { failure, isNoResponders, isUnderWay } from "./errors.js";
import type { Link } from "./link.js";
import { lastOffset, offsetOf } from "./offsets.js";
import { DEFAULT_MAX_PAYLOAD, type Settings } from "./options.js";
import type { Opened, Stream } from "./stream.js";
import { toToken } from "./subjects.js";

/** What a message's id takes as a header, at most. */
const HEADER = 128;

/** What becomes one stored message: frames that follow each other, or one with a key. */
interface Unit extends Part {
  /** Where it has a key: under which id the server takes it once, and a digest of its content. */
  readonly once: { readonly id: string; readonly content: string } | undefined;
}

/** A unit that was stored, or wasn't. */
type Outcome = { readonly ack: NatsAck } | { readonly error: unknown };

export class Appender {
  readonly #link: Link;
  readonly #stream: Stream;
  readonly #settings: Settings;
  readonly #process = randomEpoch();
  #count = 0;

  constructor(link: Link, stream: Stream, settings: Settings) {
    this.#link = link;
    this.#stream = stream;
    this.#settings = settings;
  }

  async append(channel: string, frames: readonly Frame[]): Promise<readonly Published[]> {
    const token = toToken(channel);
    const units = await this.#units(token, frames);
    const results = await this.#publish(channel, token, units);
    const errors = results.flatMap((result) => ("error" in result ? [result.error] : []));
    const [first] = errors;
    // Where all failed alike, and not for what is in them, it is the whole batch that failed.
    if (first?.code === "TRANSPORT_FAILED" && errors.every(({ code }) => code === first.code)) {
      if (errors.length === results.length) throw first;
    }
    return results;
  }

  /** Sends all at once: the server takes them in the order in which they come. */
  async #publish(channel: string, token: string, units: readonly Unit[]): Promise<Published[]> {
    const end = performance.now() + this.#settings.timeout;
    const backoff = new Backoff();
    for (;;) {
      const opened = await this.#stream.open();
      const before = this.#stream.newest;
      const outcomes = await Promise.all(
        units.map((unit) => this.#send(channel, opened.stored + token, unit)),
      );
      // Nobody took any: the stream was replaced, or elects a leader. Nothing is stored, so it can be sent again.
      const isVain = outcomes.every((outcome) => "error" in outcome && isNoResponders(outcome.error));
      if (isVain && outcomes.length > 0 && performance.now() < end) {
        this.#stream.invalidate();
        await this.#stream.open();
        await backoff.wait();
        continue;
      }
      const current = await this.#epochOf(opened, before, outcomes);
      const settled = await Promise.all(
        units.map((unit, i) => this.#settle(channel, current, unit, outcomes[i] as Outcome)),
      );
      return settled.flat();
    }
  }

  /** The epoch of what was stored: another where numbers came that were used before. */
  async #epochOf(opened: Opened, before: number, outcomes: readonly Outcome[]): Promise<Opened> {
    const isReplaced = outcomes.some((one) => "ack" in one && !one.ack.duplicate && one.ack.seq <= before);
    if (!isReplaced) return opened;
    this.#stream.invalidate();
    return this.#stream.open();
  }

  async #send(channel: string, subject: string, unit: Unit): Promise<Outcome> {
    const { timeout, stream } = this.#settings;
    const { length } = unit.data;
    if (length > this.#most) return { error: tooLarge("nats", channel, length, this.#most) };
    const options = unit.once ? { msgID: unit.once.id, timeout } : { timeout };
    const backoff = new Backoff();
    const end = performance.now() + timeout;
    for (;;) {
      try {
        const ack = await this.#link.call(() => this.#settings.client.publish(subject, unit.data, options));
        if (ack.stream !== stream) throw new Error(`stream "${ack.stream}" took it, not "${stream}"`);
        // Another publish under the key is not stored yet, so it has no number.
        if (ack.seq >= 1) return { ack };
        if (performance.now() > end) throw new Error("another publish under the same key doesn't end");
      } catch (error) {
        if (!isUnderWay(error) || performance.now() > end) return { error };
      }
      await backoff.wait();
    }
  }

  async #settle(channel: string, opened: Opened, unit: Unit, outcome: Outcome): Promise<Published[]> {
    const { frames, stamp, once } = unit;
    const doing = `can't publish to ${JSON.stringify(channel)}`;
    const refuse = (error: RealtimeError) => frames.map(() => ({ error }));
    if ("error" in outcome) return refuse(failure("nats", doing, outcome.error));
    const { seq, duplicate } = outcome.ack;
    const { epoch } = opened;
    if (!duplicate) {
      this.#stream.heard(epoch, { seq, stamp });
      return frames.map((_, i) => ({
        id: formatPosition(epoch, offsetOf(seq, i, frames.length)),
        duplicate: false,
      }));
    }
    try {
      const first = await this.#stream.get({ seq });
      // Where it is gone already, nothing is left to compare with.
      const content = first && decodeEnvelope(first.data)?.content;
      if (content !== undefined && content !== once?.content) {
        return refuse(conflict("nats", channel, frames[0]?.key ?? ""));
      }
    } catch (error) {
      return refuse(failure("nats", doing, error));
    }
    return [{ id: formatPosition(epoch, lastOffset(seq)), duplicate: true }];
  }

  /** Frames without a key are stored together, as many as the server takes at once. One with a key stands alone. */
  async #units(token: string, frames: readonly Frame[]): Promise<Unit[]> {
    const units: Unit[] = [];
    let together: Frame[] = [];
    const flush = () => {
      for (const part of divide(together, this.#most, () => this.#stamp()))
        units.push({ ...part, once: undefined });
      together = [];
    };
    for (const frame of frames) {
      if (frame.key === undefined) {
        together.push(frame);
        continue;
      }
      flush();
      const [id, content] = await Promise.all([
        digest(JSON.stringify([token, frame.key])),
        digest(frame.content),
      ]);
      const stamp = this.#stamp();
      units.push({
        frames: [frame],
        stamp,
        data: encodeEnvelope([frame], stamp, content),
        once: { id, content },
      });
    }
    flush();
    return units;
  }

  /** Bytes that the server takes at once. */
  get #most(): number {
    return (this.#link.connection.info?.max_payload ?? DEFAULT_MAX_PAYLOAD) - HEADER;
  }

  #stamp(): string {
    this.#count += 1;
    return `${this.#process}-${this.#count}`;
  }
}
