/** `app.stream`, as a type. */
import type { Duration } from "../duration.js";
import type { Refused } from "../refused.js";
import type { Source } from "../stream/source.js";
import type { StreamPart } from "../stream/types.js";
import type { TopicRef } from "../topic.js";
import type { PayloadFor } from "../topic-checks.js";

/** What gives a stream's chunks: an async iterable, a `ReadableStream`, an iterable, or a promise of one of them. */
export type StreamSource<T> = Source<T> | Iterable<T> | PromiseLike<Source<T> | Iterable<T>>;

export interface StreamOptions {
  /**
   * The stream's id, 1 to 200 characters. Default: a random one. Where the transport keeps idempotency keys, an id is streamed once:
   * again within their window, the call rejects with `IDEMPOTENCY_CONFLICT` and publishes nothing. To try again, take another.
   */
  readonly id?: string | undefined;
  /** Stops it: subscribers get `STREAM_ABORTED`, and the call rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * For how long chunks are gathered into one message. The first goes at once, and so do those that come after a pause.
   * Default 50 ms; 0: as soon as the message before is stored.
   */
  readonly interval?: Duration | undefined;
  /** A message is sent when its chunks have about so many bytes. Default 16 KiB; never near the transport's own limit. */
  readonly maxBytes?: number | undefined;
  /** A message has at most so many chunks. Default 1,000. */
  readonly maxChunks?: number | undefined;
  /** While the source is silent, subscribers hear this often that it is alive. Default `"10s"`; from 100 ms to 10 minutes. */
  readonly heartbeat?: Duration | undefined;
  /** What subscribers are told of what the source failed with, at most 1,000 characters. Default: that it failed, and nothing of why. */
  readonly describeError?: ((error: unknown) => string) | undefined;
}

/** A stream that was published to its end. */
export interface PublishedStream {
  /** Its id. */
  readonly stream: string;
  /** How many chunks it had. */
  readonly chunks: number;
}

/** What publishes streams. */
export interface Streaming {
  /**
   * Publishes what a source gives, as it comes, to a topic that was declared with `streamOf`: its beginning at once, then
   * its chunks, several to a message where they come fast, then its end. Each chunk is parsed by the topic's schema. The
   * source is read no faster than the transport takes it. Resolves when the end is stored.
   *
   * Whatever goes wrong, the source is cancelled, what it gave before is published, subscribers get an error in place of the end, and the
   * call rejects: with what the source failed with, `INVALID_PAYLOAD`, `SCHEMA_FAILED` or `UNSUPPORTED_VALUE` for a chunk,
   * the signal's reason, `CLOSED` when the app closes meanwhile, or what publishing failed with. Before anything is published:
   * `INVALID_OPTIONS`, `UNKNOWN_TOPIC`, `IDEMPOTENCY_CONFLICT`.
   *
   * @example
   * ```ts
   * const { textStream } = streamText({ model, prompt, abortSignal: signal });
   * await app.stream(ch.answer, textStream, { signal });
   * ```
   */
  stream<In, Out>(
    ref:
      | TopicRef<StreamPart<In>, StreamPart<Out>>
      | Refused<"This topic carries no streams: declare it with streamOf(…), and pass channel.topic.">,
    source: StreamSource<NoInfer<PayloadFor<In, Out>>>,
    options?: StreamOptions,
  ): Promise<PublishedStream>;
}
