/** A subscription: what `subscribe` gives, and the side from which its messages come. */
import type { RealtimeError } from "./errors.js";
import { guard, type Handler, report } from "./handlers.js";
import { type MessageHandler, toHandler } from "./message.js";
import { isThenable } from "./schema.js";
import { type Place, type Pull, type Reader, toStream } from "./subscription-reader.js";
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
export interface Subscription<M> {
  // Its own, not `AsyncIterable`'s: half as dear to the compiler. It is one all the same.
  [Symbol.asyncIterator](): AsyncIterator<M, undefined, undefined>;
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
  /**
   * Called with each message, in order. A promise is awaited before the next one. A function for all of them, or one for
   * each topic: `{ status: (m) => …, tokens: (m) => … }`.
   */
  readonly onMessage?: MessageHandler<M>;
  /**
   * What went wrong: a handler failed, a message couldn't be read, the subscription failed for good, or something failed that
   * is tried again. Without it, a handler's error is raised as an uncaught one, and what is tried again isn't told.
   */
  readonly onError?: Handler<RealtimeError>;
  /** Messages may be missing here, between the last one and the next. */
  readonly onGap?: Handler<Gap>;
  /** Ends the subscription. */
  readonly signal?: AbortSignal | undefined;
}

/** Where nobody read the message yet. */
const UNREAD = {};

/** How a subscription steers its source. */
export interface Flow {
  /** A reader is full. Whatever comes until `resume` is dropped, with an `overflow` gap in its place. */
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
  /** Called where `onMessage` has had the last message: with why, where it failed. Maybe more than once. */
  readonly onEnd?: ((failure: RealtimeError | undefined) => void) | undefined;
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
  /** The source is done. What was pushed is delivered first. With an error, it is the same as `fail`. */
  end(error?: RealtimeError): void;
  /** The source broke. What was pushed is delivered first; then readers get the error, and so does `onError`. */
  fail(error: RealtimeError): void;
}

/** Makes a subscription. Throws the signal's reason where it was aborted already. */
export function createSubscription<M extends object, Raw extends object>(
  options: SubscriptionOptions<M, Raw>,
): Producer<M, Raw> {
  const { flow, read, print, onMessage, onError, onGap, onEnd, signal, limit = 1_000 } = options;
  if (signal?.aborted) throw signal.reason;
  // Each place leads to the next one, and what every reader has passed is held by nobody.
  let last: Place<Raw> = { total: 0 };
  // At first nobody reads: everything is kept for the first one.
  let unread: Reader<M, Raw> | undefined = { at: last, isReady: () => false };
  const readers = new Set([unread]);
  let isOver = false;
  let isPaused = false;
  let overflowed = false;
  let failure: RealtimeError | undefined;
  let isTold = false;

  function attach(outlet: Omit<Reader<M, Raw>, "at">): Reader<M, Raw> {
    const reader = Object.assign(unread ?? { at: last }, outlet);
    unread = undefined;
    readers.add(reader);
    return reader;
  }

  /** Hands over what there is, for as long as the reader is ready. */
  function run(reader: Reader<M, Raw>): void {
    while (!reader.isBusy && reader.at.next && reader.isReady()) {
      const place = reader.at.next;
      reader.at = place;
      reader.isBusy = true;
      const { raw } = place;
      // Reading may take until after the end. What a handler of gaps gives back is no message.
      const hand = (message: unknown) =>
        raw && message && readers.has(reader) && reader.deliver?.(message as M, raw);
      const message = take(place);
      const pending = isThenable(message) ? message.then(hand) : hand(message);
      if (isPaused) moved();
      if (isThenable(pending)) {
        pending.then(() => {
          reader.isBusy = false;
          run(reader);
        });
      } else reader.isBusy = false;
    }
    if (isOver && !reader.isBusy && !reader.at.next) finish(reader);
  }

  /** Reads a message, or tells of a gap: once, however many readers come here. */
  function take(place: Place<Raw>): unknown {
    if (place.message === UNREAD) {
      // A handler may have another reader come here.
      place.message = undefined;
      place.message = place.raw
        ? guard(read, place.raw, onError, "SCHEMA_FAILED", "The schema")
        : // What is no message is a gap.
          guard(onGap, place.gap as Gap, onError);
    }
    return place.message;
  }

  function finish(reader: Reader<M, Raw>): void {
    reader.at = last;
    readers.delete(reader);
    if (!readers.size) signal?.removeEventListener("abort", close);
    tell();
    reader.finish?.();
  }

  /** `onError` hears of a failure once. Without it, the failure is raised where no reader has it thrown. */
  function tell(): void {
    if (failure && !isTold && (onError || onMessage)) report(failure, onError);
    isTold = true;
  }

  const isLoaded = (most: number) => [...readers].some(({ at }) => last.total - at.total >= most);

  function add(cost: number, raw: Raw | undefined, gap?: Gap): boolean {
    overflowed ||= isPaused;
    if (!isOver && !isPaused) {
      // With all that it will have: an object that grows later costs several times as much.
      last = last.next = {
        total: last.total + cost,
        raw,
        gap,
        message: UNREAD,
        next: undefined,
      };
      readers.forEach(run);
      if (!isOver && isLoaded(limit)) {
        isPaused = true;
        flow.pause();
      }
    }
    return !isOver && !isPaused;
  }

  const gap = (found: Gap) => add(1, undefined, found);

  /** A reader took something, or left. */
  function moved(): void {
    if (!isPaused || isOver || isLoaded(limit / 2 + 1)) return;
    isPaused = false;
    if (overflowed) gap({ reason: "overflow", after: undefined });
    overflowed = false;
    flow.resume();
  }

  function end(error?: RealtimeError): void {
    if (isOver) return;
    isOver = true;
    failure = error;
    if (unread) tell();
    readers.forEach(run);
  }

  function close(): void {
    const wasOver = isOver;
    isOver = true;
    failure = undefined;
    readers.forEach(finish);
    if (!wasOver) flow.close();
  }

  /** Takes a message whenever `next` is called. */
  function pull<T = M>(map?: (message: M, raw: Raw) => T): Pull<T> {
    // Calls of next() that wait for a message: as many as whoever reads has made, served in order.
    const requests: (readonly [(result: IteratorResult<T, undefined>) => void, (error: unknown) => void])[] =
      [];
    let isThrown = false;
    const reader = attach({
      isReady: () => requests[0],
      deliver: (message, raw) =>
        requests.shift()?.[0]({ value: map ? map(message, raw) : (message as unknown as T), done: false }),
      finish() {
        for (const [resolve, reject] of requests.splice(0)) {
          if (failure && !isThrown) reject(failure);
          else resolve({ value: undefined, done: true });
          isThrown = true;
        }
      },
    });
    return {
      next: () =>
        new Promise((...request) => {
          requests.push(request);
          run(reader);
        }),
      stop() {
        finish(reader);
        if (!readers.size) close();
        else moved();
      },
    };
  }

  signal?.addEventListener("abort", close);
  if (onMessage) {
    const handle = toHandler(onMessage);
    attach({
      isReady: () => true,
      deliver: (message) => guard(handle, message, onError),
      finish: () => onEnd?.(failure),
    });
  }
  return {
    subscription: {
      close,
      unsubscribe: close,
      getJsonStream: () => toStream(pull()),
      getEncodedStream: () =>
        toStream(pull((message, raw) => new TextEncoder().encode(`data: ${print(message, raw)}\n\n`))),
      [Symbol.asyncIterator]: () => ({
        next: pull().next,
        async return() {
          close();
          return { value: undefined, done: true };
        },
      }),
    },
    // What waits is counted in messages; one of more than 4 KiB counts as several.
    push: (raw, size = 0) => add(Math.max(1, size / 4_096), raw),
    gap,
    end,
    fail: end,
  };
}
