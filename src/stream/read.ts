/** `readStream`: the chunks of one stream, out of a subscription's messages. */
import { RealtimeError } from "../errors.js";
import type { Refused } from "../refused.js";
import { chunksOf, failureOf, HEARTBEAT, incomplete, missing, PATIENCE } from "./ending.js";
import { pullerOf, type Source } from "./source.js";
import type { StreamPart } from "./types.js";

/** Where messages come from: a subscription of an app or a client, or what you made of one. */
export type MessageSource<Msg> = Subscribed<Msg> | Source<Msg>;

interface Subscribed<Msg = unknown> {
  getJsonStream(): ReadableStream<Msg>;
}

type IsPart<Data> = [Data] extends [StreamPart<unknown>] ? unknown : never;

/** The topics among messages that carry streams. */
export type StreamTopic<Msg> = Msg extends { readonly topic: infer K; readonly data: infer Data }
  ? unknown extends Data | IsPart<Data>
    ? K
    : never
  : never;

/** What a topic's streams are made of. */
export type ChunkOf<Msg, K> = Msg extends { readonly topic: infer T; readonly data: infer Data }
  ? K extends T
    ? unknown extends Data
      ? unknown
      : Data extends { readonly type: "chunks"; readonly chunks: readonly (infer Chunk)[] }
        ? Chunk
        : never
    : never
  : never;

export interface ReadStreamOptions<K> {
  /** The topic, by name or as `channel.topic`. */
  readonly topic: K | { readonly topic: K } | Refused<"Name a topic that was declared with streamOf(…).">;
  /** The stream's id. Default: the next one that begins. */
  readonly stream?: string | undefined;
  /** How many chunks you had before: what comes is what comes after them. Default 0. */
  readonly after?: number | undefined;
  /** Stops reading: the stream then fails with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The chunks of one stream, in order, each once. It takes messages as it is read, and none ahead. Subscribe with a position of before
 * the stream began (`after`), where it may be under way already.
 *
 * Other readers of a subscription are left alone; whatever else is given as the source is cancelled at the end.
 *
 * Fails with `STREAM_FAILED` or `STREAM_ABORTED` as the publisher did; `STREAM_INCOMPLETE` where parts are missing;
 * `STREAM_ABANDONED` after three heartbeats of silence; what the subscription failed with; or the signal's reason. To
 * go on after that, read again with `after: chunks`, of the same `stream`. Throws `INVALID_OPTIONS`.
 *
 * @example
 * ```ts
 * const subscription = await subscribe({ token, channel: ch, topics: ["answer"] });
 * for await (const text of readStream(subscription, { topic: "answer" })) process.stdout.write(text);
 * ```
 */
export function readStream<Msg, const K extends StreamTopic<Msg>>(
  source: MessageSource<Msg>,
  options: ReadStreamOptions<K>,
): ReadableStream<ChunkOf<Msg, K>>;
export function readStream(
  source: MessageSource<unknown>,
  { topic, stream, after = 0, signal }: ReadStreamOptions<string>,
): ReadableStream<unknown> {
  signal?.throwIfAborted();
  if (!Number.isSafeInteger(after) || after < 0) {
    throw new RealtimeError("INVALID_OPTIONS", `readStream: after must be a number of chunks; got ${after}.`);
  }
  const name = typeof topic === "string" ? topic : (topic as { readonly topic?: unknown } | undefined)?.topic;
  if (typeof name !== "string") {
    throw new RealtimeError("INVALID_OPTIONS", "readStream: topic must be a topic's name, or channel.topic.");
  }
  // At once, not when first read: what is published from now on counts.
  const messages = pullerOf(
    "getJsonStream" in Object(source) ? (source as Subscribed).getJsonStream() : (source as Source<unknown>),
    "readStream: the source",
  );
  let id = stream;
  let run: string | undefined;
  let patience = patienceFor(HEARTBEAT);
  /** How much more silence is borne: what comes of other streams and topics breaks none. */
  let left = patience;
  let next = after;
  // What has yet to begin may take as long as it likes.
  let isUnderWay = after > 0;
  let hasPart = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop: (reason: unknown) => void = () => undefined;

  /** Settles as `message` does, or rejects after so much silence. */
  function orSilence<T>(message: Promise<T>): Promise<T> {
    if (!isUnderWay) return message;
    let due = 0;
    return new Promise<T>((resolve, reject) => {
      const wait = () => {
        due = Date.now() + left;
        timer = setTimeout(() => {
          if (Date.now() - due <= patience * LATE) {
            reject(new RealtimeError("STREAM_ABANDONED", silent(id, patience)));
            return;
          }
          // Too late for a timer: the machine slept, or the process was busy, and what came meanwhile is about to be heard.
          left = patience;
          wait();
        }, left);
      };
      wait();
      message.then(resolve, reject);
    }).finally(() => {
      clearTimeout(timer);
      left = due - Date.now();
      // The timer was about to find out how late it was.
      if (left < 0) left = patience;
    });
  }

  function heard(): void {
    hasPart = isUnderWay = true;
    left = patience;
  }

  /** What a part adds; `undefined` where it is the end. */
  function take(part: StreamPart<unknown>): readonly unknown[] | undefined {
    if (part.type === "begin") {
      id ??= part.stream;
      if (part.stream !== id) return [];
      // Another attempt may have other chunks: they don't continue those that were given.
      if (hasPart && next > 0 && run !== part.run) throw incomplete(id, "it was begun anew");
      run = part.run;
      patience = patienceFor(part.heartbeat);
      heard();
      return [];
    }
    if (part.stream !== id) return [];
    heard();
    if (part.type === "error") throw failureOf(part);
    if (part.index > next) throw missing(id, next, part.index);
    if (part.type === "end") return undefined;
    const fresh = chunksOf(part).slice(next - part.index);
    next += fresh.length;
    return fresh;
  }

  function finish(reason?: unknown): void {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
    messages.cancel(reason);
  }
  const abort = () => stop(signal?.reason);

  return new ReadableStream<unknown>(
    {
      start(controller) {
        stop = (reason) => {
          finish(reason);
          controller.error(reason);
        };
        signal?.addEventListener("abort", abort);
      },
      async pull(controller) {
        try {
          for (;;) {
            const { done, value } = await orSilence(messages.next());
            if (signal?.aborted) return;
            if (done) throw incomplete(id ?? "", "the subscription ended before it did");
            const message = Object(value) as { topic?: unknown; data: StreamPart<unknown> };
            if (message.topic !== name) continue;
            const chunks = take(message.data);
            if (!chunks) {
              finish();
              controller.close();
              return;
            }
            for (const chunk of chunks) controller.enqueue(chunk);
            if (chunks.length > 0) return;
          }
        } catch (error) {
          stop(error);
        }
      },
      cancel: finish,
    },
    { highWaterMark: 0 },
  );
}

/** A timer that comes late by so much of its time wasn't just a little late. */
const LATE = 1 / 30;

/** Milliseconds that a timer lasts, at most. */
const LONGEST = 2 ** 31 - 1;

const patienceFor = (heartbeat: number) => Math.min(PATIENCE * heartbeat, LONGEST);

const silent = (id: string | undefined, time: number) =>
  `Stream "${id}": nothing came for ${time} ms. Its publisher is gone, or the line to it.`;
