/** One stream on its way: its source is read on one side, its parts are published on the other. */
import { type Snapshot, snapshot } from "../codec.js";
import { isRealtimeError } from "../errors.js";
import { type AnySchema, isThenable, parse } from "../schema.js";
import type { Puller } from "../stream/source.js";
import type { StreamPart } from "../stream/types.js";
import { afterTurn } from "./after-turn.js";
import { chunksPart, StreamBuffer } from "./stream-buffer.js";
import type { StreamSettings } from "./stream-options.js";

export interface StreamRun extends StreamSettings {
  readonly stream: string;
  /** Rejects where there is nothing to read from. */
  readonly source: Promise<Puller<unknown>>;
  readonly schema: AnySchema;
  /** Names the topic and channel in errors. */
  readonly where: string;
  readonly stop: AbortSignal;
  readonly publish: (payload: Snapshot, key?: string) => Promise<unknown>;
  /** Begins with a key, so that another attempt of the same id is refused. */
  readonly key: string | undefined;
  readonly describe: (error: unknown) => string;
}

/** Runs it to its end, and gives how many chunks it had. Rejects with what ended it before; the source is cancelled then. */
export async function runStream(run: StreamRun): Promise<number> {
  const { stream, stop, where, publish, heartbeat, interval } = run;
  const buffer = new StreamBuffer(run.maxBytes, run.maxChunks);
  /** How many chunks are stored. */
  let count = 0;
  let chunksAt = Number.NEGATIVE_INFINITY;
  let partAt = performance.now();
  /** How reading ended, or publishing did. */
  let ending: { readonly error?: unknown } | undefined;
  let wake: () => void = () => undefined;
  let hasBegun = false;

  function send(part: StreamPart<unknown>, key?: string): Promise<unknown> {
    return publish(snapshot(part, where), key);
  }

  async function sendChunks(chunks: readonly Snapshot[]): Promise<void> {
    try {
      await publish(chunksPart(stream, count, chunks));
      count += chunks.length;
    } catch (error) {
      // How many bytes a text has is known for sure once it is encoded.
      const isDivisible = isRealtimeError(error) && error.code === "PAYLOAD_TOO_LARGE" && chunks.length > 1;
      if (!isDivisible) throw error;
      const half = chunks.length >> 1;
      await sendChunks(chunks.slice(0, half));
      await sendChunks(chunks.slice(half));
    }
  }

  async function read(): Promise<void> {
    try {
      const source = await run.source;
      for (let i = 0; ; i++) {
        if (buffer.isFull) await buffer.room();
        if (stop.aborted || ending) return;
        const { done, value } = await source.next();
        if (done) break;
        if (stop.aborted || ending) return;
        const parsed = parse(run.schema, value, `${where}, chunk ${i}`);
        const chunk = isThenable(parsed) ? await parsed : parsed;
        // As deep as it will stand in a message.
        buffer.add(snapshot({ chunks: [chunk] }, `${where}, chunk ${i}`));
        if (buffer.length === 1 || buffer.isFull) wake();
      }
      ending = {};
    } catch (error) {
      ending = { error };
    }
    wake();
  }

  /** Resolves after so long, or when there is something to do. */
  function rest(time: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, time);
      function done() {
        clearTimeout(timer);
        wake = () => undefined;
        resolve();
      }
      wake = done;
    });
  }

  async function pump(): Promise<void> {
    await send({ type: "begin", stream, heartbeat, run: globalThis.crypto.randomUUID() }, run.key);
    hasBegun = true;
    void read();
    for (;;) {
      const now = performance.now();
      const isOver = ending !== undefined || stop.aborted;
      const { isFull } = buffer;
      if (buffer.length > 0 && (isOver || isFull || now - chunksAt >= interval)) {
        chunksAt = partAt = now;
        await sendChunks(buffer.take());
        // A source that never waits would let nothing else have its turn.
        if (isFull) await new Promise<void>(afterTurn);
      } else if (isOver) {
        return;
      } else if (now - partAt >= heartbeat) {
        partAt = now;
        await send({ type: "chunks", stream, index: count, chunks: [] });
      } else {
        await rest(Math.min(partAt + heartbeat, buffer.length > 0 ? chunksAt + interval : Infinity) - now);
      }
    }
  }

  let isCancelled = false;
  function cancel(reason: unknown): void {
    if (isCancelled) return;
    isCancelled = true;
    run.source.then((source) => source.cancel(reason)).catch(() => undefined);
  }

  function stopped(): void {
    // At once: what it gives from now on isn't wanted, however long the broker takes for what it gave.
    cancel(stop.reason);
    wake();
  }
  stop.addEventListener("abort", stopped);
  try {
    await pump();
    // A source that hears of the same signal may end as if it had given all.
    if (stop.aborted) throw stop.reason;
    if (ending && "error" in ending) throw ending.error;
    await send({ type: "end", stream, index: count });
    return count;
  } catch (error) {
    ending ??= { error };
    cancel(error);
    // Somebody else's stream has this id: it goes on.
    const isTaken = !hasBegun && isRealtimeError(error) && error.code === "IDEMPOTENCY_CONFLICT";
    if (!isTaken) await send(failure(error)).catch(() => undefined);
    throw error;
  } finally {
    stop.removeEventListener("abort", stopped);
  }

  function failure(error: unknown): StreamPart<unknown> {
    const isStopped = stop.aborted && error === stop.reason;
    return {
      ...{ type: "error", stream, index: count },
      code: isStopped ? "STREAM_ABORTED" : "STREAM_FAILED",
      message: isStopped ? "The stream was stopped before its end." : run.describe(error),
    };
  }
}
