/** What the tests of `app.stream` stream, and how they see what was published. */
import { afterEach, beforeEach, expect, vi } from "vitest";
import { z } from "zod";
import { memory } from "../../transports/memory/index.js";
import { realtime } from "../realtime.js";
import { staticSchema } from "../schema.js";
import { streamOf } from "../stream/schema.js";
import type { StreamPart } from "../stream/types.js";
import type { Transport } from "../transport.js";
import { createRealtime } from "./app.js";

export const chat = realtime.channel({
  name: "chat:{id}",
  topics: {
    answer: { schema: streamOf(z.string().max(10_000)) },
    numbers: { schema: streamOf(z.coerce.number<string>().refine(async (n) => n >= 0, "negative")) },
    plain: { schema: staticSchema<number>() },
  },
});
export const ch = chat({ id: "1" });

const apps = new Set<{ close(): Promise<void> }>();

/** An app, and the parts that were published, each with when. */
export function makeApp(transport: Transport = memory()) {
  const app = createRealtime({ transport, secret: "a secret of at least thirty-two characters" });
  apps.add(app);
  const parts = async (): Promise<StreamPart<unknown>[]> => {
    const { deliveries } = (await transport.history?.("chat:1", { limit: 1_000 })) ?? { deliveries: [] };
    return deliveries.map(({ frame }) => JSON.parse(frame.payload).data);
  };
  return { app, parts };
}

/** A source in the test's hands. */
export function pushed<T>() {
  let controller: ReadableStreamDefaultController<T> | undefined;
  const cancelled = vi.fn();
  const source = new ReadableStream<T>({
    start: (given) => {
      controller = given;
    },
    cancel: cancelled,
  });
  return {
    source,
    cancelled,
    push: (...chunks: T[]) => {
      for (const chunk of chunks) controller?.enqueue(chunk);
    },
    end: () => controller?.close(),
    fail: (error: unknown) => controller?.error(error),
  };
}

export const brief = (parts: readonly StreamPart<unknown>[]) =>
  parts.map((part) =>
    part.type === "chunks"
      ? [part.index, ...part.chunks]
      : part.type === "error"
        ? `${part.code}@${part.index}`
        : part.type === "end"
          ? `end@${part.index}`
          : "begin",
  );

export const settle = (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds);

/** Under a clock of the test's own; at the end, all apps are closed and nothing is left. */
export function useClock(): void {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(async () => {
    for (const app of apps) await app.close();
    apps.clear();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
}
