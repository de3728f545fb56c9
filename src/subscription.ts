/** A subscription: what `subscribe` gives, and the side from which its messages come. */
import { isRealtimeError, RealtimeError } from "./errors.js";
import { callHandler, type Handler, reportTo } from "./handlers.js";
import { isThenable } from "./schema.js";
import { iterate } from "./subscription-iterator.js";
import { createReader, type Entry, type Outlet, type Reader } from "./subscription-reader.js";
import { toEvent, toStream } from "./subscription-stream.js";
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

const LIMIT = 1_000;
const UNIT = 4_096;

/** Makes a subscription. Throws the signal's reason where it was aborted already. */
export function createSubscription<M extends object, Raw>(
  options: SubscriptionOptions<M, Raw>,
): Producer<M, Raw> {
  const { flow, read, print, onMessage, onError, onGap, signal, limit = LIMIT } = options;
  if (signal?.aborted) throw signal.reason;
  /** What came before there was a reader, for the first one. */
  let held: Entry<M, Raw>[] | undefined = [];
  const readers = new Set<Reader<M, Raw>>();
  let over = false;
  let failure: RealtimeError | undefined;
  let told = false;
  let paused = false;
  let overflowed = false;

  function tell(): void {
    if (failure && onError && !told) reportTo(onError, failure);
    told = true;
  }

  function open(entries: Entry<M, Raw>[], outlet: Outlet<M, Raw>): Reader<M, Raw> {
    const finish = () => {
      readers.delete(reader);
      if (readers.size === 0) signal?.removeEventListener("abort", close);
      tell();
      outlet.finish(failure);
    };
    const reader = createReader(entries, { ...outlet, finish }, moved, () => over);
    readers.add(reader);
    return reader;
  }

  const keeper = open(held, { ready: () => false, deliver: () => undefined, finish: () => undefined });

  function attach(outlet: Outlet<M, Raw>): Reader<M, Raw> {
    const entries = held ?? [];
    held = undefined;
    const reader = open(entries, outlet);
    readers.delete(keeper);
    return reader;
  }

  function detach(reader: Reader<M, Raw>): void {
    reader.stop();
    if (readers.size === 0) close();
    else moved();
  }

  const load = () => Math.max(...Array.from(readers, (reader) => reader.load()));

  /** A reader took something. */
  function moved(): void {
    if (!paused || over || load() > limit / 2) return;
    paused = false;
    if (overflowed) gap({ reason: "overflow", after: undefined });
    overflowed = false;
    flow.resume();
  }

  function add({ take, ...facts }: Entry<M, Raw>): void {
    const entry = { ...facts, take: once(take) };
    for (const reader of readers) {
      reader.add(entry);
      reader.run();
    }
  }

  function readOrReport(raw: Raw): ReturnType<Entry<M, Raw>["take"]> {
    const failed = (cause: unknown) => {
      const isOurs = isRealtimeError(cause);
      reportTo(onError, isOurs ? cause : new RealtimeError("INVALID_PAYLOAD", `${cause}`, { cause }));
      return undefined;
    };
    try {
      const message = read(raw);
      return isThenable(message) ? message.then(undefined, failed) : message;
    } catch (cause) {
      return failed(cause);
    }
  }

  function push(raw: Raw, size = 0): boolean {
    overflowed ||= paused;
    if (over || paused) return false;
    add({ cost: Math.max(1, size / UNIT), raw, take: () => readOrReport(raw) });
    if (!over && load() >= limit) {
      paused = true;
      flow.pause();
    }
    return !over && !paused;
  }

  function gap(found: Gap): void {
    if (!over) add({ cost: 0, take: () => callHandler(onGap, found, onError) });
  }

  function end(error?: RealtimeError): void {
    if (over) return;
    over = true;
    failure = error;
    if (held) tell();
    for (const reader of readers) reader.run();
  }

  function close(): void {
    const wasOver = over;
    over = true;
    failure = undefined;
    for (const reader of readers) reader.stop();
    if (!wasOver) flow.close();
  }

  signal?.addEventListener("abort", close);
  if (onMessage) {
    attach({
      ready: () => true,
      deliver: (message) => callHandler(onMessage, message, onError),
      finish: (error) => {
        if (error && !onError) reportTo(onError, error);
      },
    });
  }

  const streamOf = <T>(map: (message: M, raw: Raw) => T) => {
    const { iterator, reader } = iterate(attach, close, map);
    return toStream(iterator, () => detach(reader));
  };
  const whole = (message: M) => message;
  return {
    subscription: {
      close,
      unsubscribe: close,
      getJsonStream: () => streamOf(whole),
      getEncodedStream: () => streamOf((message, raw) => toEvent(print(message, raw))),
      [Symbol.asyncIterator]: () => iterate(attach, close, whole).iterator,
    },
    push,
    gap,
    end,
    fail: end,
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
