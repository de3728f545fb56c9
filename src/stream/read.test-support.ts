/** What the tests of `readStream` read: parts of a stream, and messages in the test's hands. */
import { afterEach, beforeEach, expect, vi } from "vitest";
import { type FakeClock, fakeClock } from "../testing/clock.js";
import { type ReadStreamOptions, readStream } from "./read.js";
import type { StreamPart } from "./types.js";

export type Part = StreamPart<string>;
export const message = (data: Part, topic = "answer") => ({ topic, data });
export const begin = (stream = "s", run = "1"): Part => ({ type: "begin", stream, heartbeat: 1_000, run });
export const chunks = (index: number, text: string, stream = "s"): Part => ({
  type: "chunks",
  stream,
  index,
  chunks: [...text],
});
export const end = (index: number, stream = "s"): Part => ({ type: "end", stream, index });

export const answer = { topic: "answer" } as const;

/** Messages in the test's hands, and what was read of a stream of theirs. */
export function reading(options: Partial<ReadStreamOptions<"answer">> = {}) {
  let controller: ReadableStreamDefaultController<ReturnType<typeof message>> | undefined;
  const cancelled = vi.fn();
  const source = new ReadableStream<ReturnType<typeof message>>({
    start: (given) => {
      controller = given;
    },
    cancel: cancelled,
  });
  const readable = readStream(source, { ...answer, ...options });
  const reader = readable.getReader();
  const got = { text: "", state: "open" as unknown };
  const run = async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      got.text += value;
    }
  };
  run().then(
    () => Object.assign(got, { state: "done" }),
    (error: unknown) => Object.assign(got, { state: (error as { code?: string })?.code ?? error }),
  );
  return {
    ...{ got, reader, cancelled },
    push: (...parts: Part[]) => {
      for (const part of parts) controller?.enqueue(message(part));
    },
    say: (one: ReturnType<typeof message>) => controller?.enqueue(one),
    close: () => controller?.close(),
    fail: (error: unknown) => controller?.error(error),
  };
}

/** Under a clock of the test's own; at the end no timer is left. */
export function useFakeClock(): { readonly clock: FakeClock } {
  let clock: FakeClock | undefined;
  beforeEach(async () => {
    clock = await fakeClock();
  });
  afterEach(() => {
    const { timers } = held.clock;
    held.clock.restore();
    expect(timers).toBe(0);
  });
  const held = {
    get clock() {
      if (!clock) throw new Error("There is no clock before a test begins.");
      return clock;
    },
  };
  return held;
}
