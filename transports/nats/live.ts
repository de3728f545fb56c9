/**
 * Hearing of what is stored. The stream republishes it with its number and that of its subject's last message before:
 * one plain subscription per channel, on the one connection, and nothing at the server but its interest.
 */
import type { RealtimeError } from "../../src/errors.js";
import { formatPosition } from "../../src/position.js";
import { Backoff } from "../log/backoff.js";
import type { Watcher } from "../log/log.js";
import type { NatsMessage, NatsSubscription } from "./clients.js";
import { decodeEnvelope } from "./envelope.js";
import { failure } from "./errors.js";
import type { Link } from "./link.js";
import { lastOffset, offsetOf } from "./offsets.js";
import type { Opened, Stream } from "./stream.js";
import { toToken } from "./subjects.js";

/** Milliseconds between looks at the stream: whether it is still the same, and its leader. */
const LOOK_EVERY = 10_000;

/** Milliseconds after which it looks again, once something happened to the stream. */
const LOOK_LATER = [100, 1_000];

/** A channel that is watched. */
interface Watch {
  readonly channel: string;
  readonly token: string;
  readonly watcher: Watcher;
  opened: Opened;
  subscription: NatsSubscription | undefined;
  /** The number of the last message that was heard of. */
  seq: number;
  refusal: RealtimeError | undefined;
}

export class Live {
  readonly #link: Link;
  readonly #stream: Stream;
  readonly #watches = new Set<Watch>();
  readonly #backoff = new Backoff();
  #advisories: NatsSubscription | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #flushing: Promise<void> | undefined;
  readonly #lookLater: ReturnType<typeof setTimeout>[] = [];
  #isLooking = false;
  /** The stream may be another: what is heard until it is known again can't be told apart, and is read then. */
  #isStale = false;
  #isOver = false;
  /** Hears of a stream that can't be looked at. */
  failed: (error: unknown) => void = () => {};

  constructor(link: Link, stream: Stream) {
    this.#link = link;
    this.#stream = stream;
  }

  /** How many channels are watched, for tests. */
  get size(): number {
    return this.#watches.size;
  }

  async watch(channel: string, watcher: Watcher): Promise<() => void> {
    const token = toToken(channel);
    const opened = await this.#stream.open();
    this.#link.check();
    this.#begin();
    const watch: Watch = {
      ...{ channel, token, watcher, opened },
      ...{ subscription: undefined, seq: 0, refusal: undefined },
    };
    this.#subscribe(watch);
    this.#watches.add(watch);
    try {
      await this.#flush();
      if (watch.refusal) throw watch.refusal;
      // Meanwhile it may have been replaced, when this watch wasn't one of those that follow.
      const now = await this.#stream.open();
      if (now.epoch !== opened.epoch) this.#follow(now, false);
    } catch (error) {
      this.#unwatch(watch);
      throw error;
    }
    return () => this.#unwatch(watch);
  }

  /** The connection is lost. */
  suspend(): void {
    this.#isStale = true;
  }

  /** The connection is back, or the stream may have been replaced. */
  changed(): void {
    this.#stream.invalidate();
    this.#isStale = true;
    this.#look();
  }

  failAll(error: RealtimeError): void {
    for (const watch of [...this.#watches]) {
      this.#unwatch(watch);
      watch.watcher.fail(error);
    }
  }

  close(): void {
    this.#isOver = true;
    clearInterval(this.#timer);
    for (const later of this.#lookLater) clearTimeout(later);
    this.#backoff.wake();
    this.#advisories?.unsubscribe();
    for (const watch of [...this.#watches]) this.#unwatch(watch);
  }

  #subscribe(watch: Watch): void {
    watch.seq = 0;
    watch.subscription = this.#link.connection.subscribe(watch.opened.live + watch.token, {
      callback: (error, message) => {
        if (error) this.#refused(watch, error);
        else this.#heard(watch, message);
      },
    });
  }

  #unwatch(watch: Watch): void {
    if (this.#watches.delete(watch) || watch.subscription) watch.subscription?.unsubscribe();
    watch.subscription = undefined;
  }

  #refused(watch: Watch, cause: unknown): void {
    watch.refusal = failure("nats", `can't subscribe to ${JSON.stringify(watch.channel)}`, cause);
    watch.subscription = undefined;
    // Told to who waits for the watch to begin; else to the watcher.
    if (this.#watches.delete(watch)) watch.watcher.fail(watch.refusal);
  }

  #heard(watch: Watch, { headers, data }: NatsMessage): void {
    const seq = Number(headers?.get("Nats-Sequence"));
    const previous = Number(headers?.get("Nats-Last-Sequence") ?? 0);
    const envelope = decodeEnvelope(data);
    if (!Number.isSafeInteger(seq) || seq < 1) return;
    const { epoch } = watch.opened;
    // Where the numbers start over, it is not the stream that it was.
    if (seq <= watch.seq) this.changed();
    if (this.#isStale) return;
    watch.seq = seq;
    if (!envelope) return;
    this.#stream.heard(epoch, { seq, stamp: envelope.stamp });
    const { length } = envelope.frames;
    const deliveries = envelope.frames.map(({ topic, payload }, i) => ({
      id: formatPosition(epoch, offsetOf(seq, i, length)),
      frame: { topic, payload },
    }));
    // Without one before it that is stored, it follows on whatever was heard of last: nothing was stored meanwhile, or
    // this subscription had heard of it.
    watch.watcher.stored(formatPosition(epoch, previous > 0 ? lastOffset(previous) : 0), deliveries);
  }

  /** Resolves when the server has all subscriptions. Those of one moment share the way there. */
  #flush(): Promise<void> {
    this.#flushing ??= Promise.resolve().then(() => {
      this.#flushing = undefined;
      return this.#link.call(() => this.#link.connection.flush(), { again: true });
    });
    return this.#flushing;
  }

  /** Begins to hear of the stream itself. */
  #begin(): void {
    if (this.#timer || this.#isOver) return;
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY);
    (this.#timer as { unref?: () => void }).unref?.();
    this.#advisories = this.#link.connection.subscribe(this.#stream.advisories, {
      // Where these may not be heard, looking now and then has to do.
      callback: (error, { subject }) => {
        if (error) this.#advisories = undefined;
        else this.#advised(subject);
      },
    });
  }

  #advised(subject: string): void {
    const what = subject.split(".")[4] ?? "";
    if (what === "LEADER_ELECTED") this.changed();
    else if (["CREATED", "DELETED", "UPDATED", "RESTORE_COMPLETE"].includes(what)) {
      this.changed();
      // A stream that is being deleted still answers for a moment.
      for (const later of this.#lookLater.splice(0)) clearTimeout(later);
      this.#lookLater.push(...LOOK_LATER.map((milliseconds) => setTimeout(() => this.#look(), milliseconds)));
    }
  }

  /** Asks for the stream, until it is known where it may be another, and tells watchers. */
  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    do {
      try {
        const opened = await this.#stream.refresh();
        const isStale = this.#isStale;
        this.#isStale = false;
        this.#backoff.reset();
        this.#follow(opened, isStale);
      } catch (error) {
        // Whoever publishes or reads meets the same error, and is told; here, who only listens.
        if (this.#isOver || this.#link.isClosed) break;
        if (this.#backoff.isLasting || !this.#isStale) this.failed(error);
        if (this.#isStale) await this.#backoff.wait();
      }
    } while (this.#isStale && !this.#isOver && !this.#link.isClosed);
    this.#isLooking = false;
  }

  /** Goes on with the stream as it is now. */
  #follow(opened: Opened, tell: boolean): void {
    if (this.#isOver) return;
    for (const watch of [...this.#watches]) {
      const { epoch, live, leader } = watch.opened;
      const isOther = epoch !== opened.epoch;
      watch.opened = opened;
      if (isOther) {
        const isElsewhere = live !== opened.live;
        watch.seq = 0;
        if (isElsewhere) {
          watch.subscription?.unsubscribe();
          this.#subscribe(watch);
        }
      }
      // Between two leaders, something may have been stored that neither told of.
      if (isOther || tell || leader !== opened.leader) watch.watcher.changed();
    }
  }
}
