/** A subscription: what `subscribe` gives, and the side from which its messages come. */
import { isRealtimeError, type RealtimeError } from "./errors.js";
import { failed, guard, type Handler, report } from "./handlers.js";
import { isThenable } from "./schema.js";
import { createPuller, toStream } from "./subscription-iterator.js";
import { createRun, type Entry, type Outlet, type Reader } from "./subscription-reader.js";
import type { Gap } from "./transport.js";

/**
 * Messages of some topics of a channel, in order. Read it with `for await`, as a stream, or with `onMessage`: each is a
 * *reader*. What came before there was one is kept for the first; a later one starts from when it was asked for.
 * At most about 1,000 messages or 4 MB wait for a reader: then the source waits too, so that a subscription is as fast as
 * its slowest reader. It ends when you leave a `for await` loop, close it, abort its signal, or cancel its last stream.
 *
 * @example
 * ```ts
 * for await (const message of subscription) {
 *   if (message.topic === "done") break;
 * }
 * ```
 */
export interface Subscription<M> extends AsyncIterable<M> {
  /** Ends it. What nobody has taken yet is dropped. May be called again. */
  close(): void;
  /** The same as {@link close}. */
  unsubscribe(): void;
  /** A fresh stream of the messages. Cancelling it leaves other readers alone. */
  getJsonStream(): ReadableStream<M>;
  /**
   * A fresh stream of the messages as server-sent events: `data: {"channel","topic","data","kinds"?,"id","createdAt"}`,
   * with `data` and `kinds` as they travel, and `createdAt` in milliseconds since the Unix epoch.
   *
   * @example
   * ```ts
   * return new Response(subscription.getEncodedStream(), { headers: { "content-type": "text/event-stream" } });
   * ```
   */
  getEncodedStream(): ReadableStream<Uint8Array>;
}

/** What a user may give with a subscription. */
export interface SubscriptionHandlers<M> {
  /** Called with each message, in order. A promise is awaited before the next one. */
  readonly onMessage?: Handler<M>;
  /**
   * What went wrong: a handler failed, a message couldn't be read, the subscription failed for good.
   * Without it, the errors that would otherwise go unseen are raised as uncaught ones.
   */
  readonly onError?: Handler<RealtimeError>;
  /** Messages may be missing here, between the last one and the next. */
  readonly onGap?: Handler<Gap>;
  /** Ends the subscription. */
  readonly signal?: AbortSignal | undefined;
}

/** How a subscription steers its source. */
export interface Flow {
  /** A reader is full. What is pushed until `resume` is dropped, with an `overflow` gap in its place. */
  pause(): void;
  /** Push on, from the last message that was pushed. */
  resume(): void;
  /** The subscriber is gone. Called once at most, and not after `end` or `fail`. */
  close(): void;
}

export interface SubscriptionOptions<M, Raw> extends SubscriptionHandlers<M> {
  readonly flow: Flow;
  /** Makes a message of what was pushed, when the first reader gets there. What it throws goes to `onError`. */
  readonly read: (raw: Raw) => M | PromiseLike<M>;
  /** The JSON text of what was pushed, for the encoded stream: `{ channel, id, topic, data, kinds?, createdAt }`. */
  readonly print: (message: M, raw: Raw) => string;
  /** How many messages may wait for a reader. One of more than 4 KiB counts as several. Default 1,000. */
  readonly limit?: number | undefined;
}

/** The source's side. */
export interface Producer<M, Raw> {
  readonly subscription: Subscription<M>;
  /** Adds a message; `size` is its length in bytes or characters, roughly. `false`: no more until `flow.resume()`. */
  push(raw: Raw, size?: number): boolean;
  /** Notes, in its place, that messages may be missing. */
  gap(gap: Gap): void;
  /** The source is done. What was pushed is delivered first. */
  end(): void;
  /** The source broke. What was pushed is delivered first; then readers get the error, and so does `onError`. */
  fail(error: RealtimeError): void;
}

/** Makes a subscription. Throws the signal's reason where it was aborted already. */
export function createSubscription<M extends object, Raw>(
  options: SubscriptionOptions<M, Raw>,
): Producer<M, Raw> {
  const { flow, read, print, onMessage, onError, onGap, signal, limit = 1_000 } = options;
  if (signal?.aborted) throw signal.reason;
  const readers = new Set<Reader<M, Raw>>();
  /** Keeps what comes before there is a reader, for the first one. */
  let keeper: Reader<M, Raw> | undefined;
  let isOver = false;
  let isPaused = false;
  let overflowed = false;
  let failure: RealtimeError | undefined;
  let isTold = false;

  function attach(outlet: Outlet<M, Raw>): Reader<M, Raw> {
    const entries = keeper ? keeper.entries.splice(0) : [];
    if (keeper) readers.delete(keeper);
    const finish = () => {
      readers.delete(reader);
      if (readers.size === 0) signal?.removeEventListener("abort", close);
      tell();
      outlet.finish(failure);
    };
    const reader: Reader<M, Raw> = {
      entries,
      run: createRun(entries, outlet, moved, () => isOver && finish()),
      stop() {
        entries.length = 0;
        finish();
      },
    };
    readers.add(reader);
    return reader;
  }

  /** `onError` hears of a failure once. Without it, the failure is raised where no reader has it thrown. */
  function tell(): void {
    if (failure && !isTold && (onError || onMessage)) report(failure, onError);
    isTold = true;
  }

  const load = () =>
    Math.max(...Array.from(readers, ({ entries }) => entries.reduce((sum, { cost }) => sum + cost, 0)));

  function add(entry: Entry<M, Raw>): void {
    for (const { entries, run } of readers) {
      // Gaps that nobody has reached yet are one gap: so they are free, and can't pile up.
      if (entry.cost > 0 || entries.at(-1)?.cost !== 0) entries.push(entry);
      run();
    }
  }

  function push(raw: Raw, size = 0): boolean {
    overflowed ||= isPaused;
    if (isOver || isPaused) return false;
    add({ cost: Math.max(1, size / UNIT), raw, take: () => guard(read, raw, onError, unreadable) });
    if (!isOver && load() >= limit) {
      isPaused = true;
      flow.pause();
    }
    return !isOver && !isPaused;
  }

  function gap(found: Gap): void {
    if (isOver) return;
    const take = () => {
      const told = guard(onGap, found, onError);
      return isThenable(told) ? told.then(ignore) : undefined;
    };
    add({ cost: 0, take });
  }

  /** A reader took something, or left. */
  function moved(): void {
    if (!isPaused || isOver || load() > limit / 2) return;
    isPaused = false;
    if (overflowed) gap({ reason: "overflow", after: undefined });
    overflowed = false;
    flow.resume();
  }

  function end(error?: RealtimeError): void {
    if (isOver) return;
    isOver = true;
    failure = error;
    if (keeper && readers.has(keeper)) tell();
    for (const { run } of readers) run();
  }

  function close(): void {
    const wasOver = isOver;
    isOver = true;
    failure = undefined;
    for (const { stop } of readers) stop();
    if (!wasOver) flow.close();
  }

  function streamOf<T>(map: (message: M, raw: Raw) => T): ReadableStream<T> {
    const puller = createPuller(attach, map);
    return toStream(puller, () => {
      puller.stop();
      if (readers.size === 0) close();
      else moved();
    });
  }

  keeper = attach({ ready: () => false, deliver: ignore, finish: ignore });
  signal?.addEventListener("abort", close);
  if (onMessage) {
    const reader = attach({
      ready: () => true,
      // Reading may have taken until after the end.
      deliver: (message) => readers.has(reader) && guard(onMessage, message, onError),
      finish: ignore,
    });
  }

  return {
    subscription: {
      close,
      unsubscribe: close,
      getJsonStream: () => streamOf(itself),
      getEncodedStream: () =>
        streamOf((message, raw) => new TextEncoder().encode(`data: ${print(message, raw)}\n\n`)),
      [Symbol.asyncIterator]: () => ({
        next: createPuller(attach, itself).next,
        async return() {
          close();
          return { value: undefined, done: true };
        },
      }),
    },
    push,
    gap,
    end,
    fail: end,
  };
}

/** What waits for a reader counts by messages; one of more than so many bytes counts as several. */
const UNIT = 4_096;

const ignore = () => undefined;
const itself = <M>(message: M) => message;

const unreadable = (cause: unknown) =>
  isRealtimeError(cause) ? cause : failed("INVALID_PAYLOAD", "Reading a message", cause);
