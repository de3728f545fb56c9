/** `app.stream`: publishes what a source gives. */
import { RealtimeError } from "../errors.js";
import { type AnySchema, isThenable } from "../schema.js";
import { pullerOf, type Source } from "../stream/source.js";
import type { Transport } from "../transport.js";
import type { Publisher } from "./publisher.js";
import { checkRef, describeTopic } from "./references.js";
import { readStreamOptions } from "./stream-options.js";
import { runStream } from "./stream-run.js";
import type { PublishedStream, StreamOptions, StreamSource } from "./stream-types.js";

export interface Streams {
  stream(ref: unknown, source: StreamSource<unknown>, options?: StreamOptions): Promise<PublishedStream>;
  /** Ends all that are under way, each with an error. Resolves when those are published. */
  end(): Promise<void>;
}

const MAX_KEY = 255;
const FAILED = "The stream's source failed.";
/** Characters of what subscribers are told of a failure. Were it too long for a message, they would be told nothing. */
const MAX_MESSAGE = 1_000;

/** `checkOpen` throws where the app is closed. */
export function createStreams(transport: Transport, publisher: Publisher, checkOpen: () => void): Streams {
  /** What stops each stream that is under way, and when it has ended. */
  const running = new Map<AbortController, Promise<unknown>>();

  function check(ref: unknown, options: StreamOptions) {
    checkOpen();
    const { channel, topic, "~schema": declared } = checkRef(ref);
    const where = describeTopic(channel, topic);
    const { "~chunk": schema } = declared as { "~chunk"?: AnySchema };
    if (!schema) {
      throw new RealtimeError("INVALID_OPTIONS", `${where} carries no streams: declare it with streamOf(…).`);
    }
    const settings = readStreamOptions(options, transport.supports.maxBytes, where);
    const { id, signal } = options;
    // Of two topics of a channel, each has its own.
    const key = id === undefined || transport.supports.keys === false ? undefined : `stream:${topic}:${id}`;
    if (key !== undefined && key.length > MAX_KEY) {
      throw new RealtimeError("INVALID_OPTIONS", `${where}: id and topic are too long together.`);
    }
    if (signal?.aborted) throw signal.reason;
    return { channel, topic, where, schema, settings, key };
  }

  async function stream(
    ref: unknown,
    source: StreamSource<unknown>,
    options: StreamOptions = {},
  ): Promise<PublishedStream> {
    let checked: ReturnType<typeof check>;
    try {
      checked = check(ref, options);
    } catch (error) {
      void letGo(source, error);
      throw error;
    }
    const { channel, topic, where, schema, settings, key } = checked;
    const { id, signal, describeError } = options;
    const puller = openSource(source, `${where}: the source`);
    const stop = new AbortController();
    const abort = () => stop.abort(signal?.reason);
    signal?.addEventListener("abort", abort);
    const streamId = id ?? globalThis.crypto.randomUUID();
    const run = runStream({
      ...settings,
      ...{ stream: streamId, source: puller, schema, where, stop: stop.signal },
      key,
      publish: (payload, key) => publisher.publish({ channel, topic, where, payload, key }),
      describe: (error) => describe(error, describeError),
    });
    running.set(stop, run);
    try {
      return { stream: streamId, chunks: await run };
    } finally {
      running.delete(stop);
      signal?.removeEventListener("abort", abort);
    }
  }

  return {
    stream,
    async end() {
      const all = [...running];
      const reason = new RealtimeError("CLOSED", "The app was closed before the stream's end.");
      for (const [stop] of all) stop.abort(reason);
      await Promise.allSettled(all.map(([, run]) => run));
    },
  };
}

/** Throws at once for what is no source; of a promise, what it comes to is known later. */
function openSource(source: StreamSource<unknown>, where: string) {
  const open = (given: Source<unknown> | Iterable<unknown>) => pullerOf(given, where);
  const opened = isThenable(source) ? Promise.resolve(source).then(open) : Promise.resolve(open(source));
  // It is awaited once the beginning is published.
  opened.catch(() => undefined);
  return opened;
}

/** It was ours to end, and nobody else will: not a model that goes on writing, nor a promise that rejects. */
async function letGo(source: StreamSource<unknown>, reason: unknown): Promise<void> {
  try {
    (await openSource(source, "the source")).cancel(reason);
  } catch {
    // What is no source needs no end, and why the stream isn't begun is told already.
  }
}

function describe(error: unknown, describeError: ((error: unknown) => string) | undefined): string {
  try {
    return String(describeError?.(error) ?? FAILED).slice(0, MAX_MESSAGE);
  } catch {
    // What went wrong first matters more, and is what the call rejects with.
    return FAILED;
  }
}
