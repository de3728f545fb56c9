/** The hooks on a server: what they render there, and that they do nothing else. */
import { readFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { createElement, type ReactNode, Suspense, use } from "react";
import { renderToPipeableStream, renderToString } from "react-dom/server";
import { expect, test, vi } from "vitest";
import { channel } from "../channel.js";
import type { Message } from "../message.js";
import { staticSchema } from "../schema.js";
import { streamOf } from "../stream/schema.js";
import { RealtimeProvider } from "./provider.js";
import type { RealtimeResult } from "./types.js";
import { useRealtime } from "./use-realtime.js";
import { useStream } from "./use-stream.js";
import { useTopic } from "./use-topic.js";

const room = channel({
  name: "room:{id}",
  topics: {
    tick: { schema: staticSchema<number>() },
    answer: { schema: streamOf(staticSchema<string>()) },
  },
});
const ch = room({ id: "1" });
const tick = (data: number): Message<`room:${string}`, { tick: { input: number; output: number } }> => ({
  channel: ch.name,
  topic: "tick",
  data,
  id: `e.${data}`,
  createdAt: new Date(data),
});

/** What a hook gives while a server renders. */
function rendered<T>(hook: () => T): T {
  const seen: T[] = [];
  const Component = (): ReactNode => {
    seen.push(hook());
    return null;
  };
  renderToString(createElement(Component));
  expect(seen).toHaveLength(1);
  return seen[0] as T;
}

test("it is connecting, has the initial messages, and asks for no token", async () => {
  const token = vi.fn(() => "eyJ…");
  const onMessage = vi.fn();
  const history = {
    messages: [tick(1), tick(2)],
    position: "e.9",
    gap: { reason: "trimmed", after: "e.0" },
  } as const;
  const result = rendered(() =>
    useRealtime({
      channel: ch,
      topics: ["tick"],
      token,
      onMessage,
      initialMessages: history,
      historyLimit: 1,
    }),
  );
  expect(result).toMatchObject({
    connectionStatus: "connecting",
    isPaused: false,
    pauseReason: null,
    error: null,
  });
  expect(result.messages).toMatchObject({
    all: [{ data: 2 }],
    byTopic: { tick: { data: 2 } },
    last: { data: 2 },
    delta: [],
  });
  expect(result.gap).toEqual({ reason: "trimmed", after: "e.0" });
  // What it would begin with, it would begin with soon.
  await new Promise(setImmediate);
  expect(token).not.toHaveBeenCalled();
  expect(onMessage).not.toHaveBeenCalled();
});

test("disabled, without a channel, or at its end, it says so", () => {
  const options = { channel: ch, topics: ["tick"] as const, token: "eyJ…" };
  const standing = ({ connectionStatus, pauseReason, isPaused }: RealtimeResult<unknown>) =>
    [connectionStatus, pauseReason, isPaused] as const;
  expect(standing(rendered(() => useRealtime({ ...options, enabled: false })))).toEqual([
    "paused",
    "disabled",
    true,
  ]);
  expect(standing(rendered(() => useRealtime({ ...options, channel: null })))).toEqual(["idle", null, false]);
  const ended = rendered(() =>
    useRealtime({ ...options, initialMessages: [tick(1)], getRunStatus: () => "completed" }),
  );
  expect(standing(ended)).toEqual(["closed", null, false]);
  expect(ended).toMatchObject({ runStatus: "completed", result: 1 });
});

test("a getRunStatus that throws disturbs neither the page nor the server", () => {
  // Without it, what nobody catches ends a Node process.
  const reported = vi.fn();
  vi.stubGlobal("reportError", reported);
  const getRunStatus = () => {
    throw new Error("This message has an older shape.");
  };
  const result = rendered(() =>
    useRealtime({ channel: ch, topics: ["tick"], token: "eyJ…", initialMessages: [tick(1)], getRunStatus }),
  );
  vi.unstubAllGlobals();
  expect([result.runStatus, result.messages.all.length]).toEqual(["unknown", 1]);
  expect(reported).not.toHaveBeenCalled();
});

test("what is selected, a topic's value and a stream are there", () => {
  expect(
    rendered(() =>
      useRealtime({
        channel: ch,
        topics: ["tick"],
        initialMessages: [tick(3)],
        select: ({ messages }) => messages.last?.data,
      }),
    ),
  ).toBe(3);
  expect(rendered(() => useTopic(ch.tick))).toBeUndefined();
  expect(rendered(() => useTopic(ch.tick, { initialValue: 5 }))).toBe(5);
  expect(rendered(() => useTopic(ch.tick, { initialValue: 5, initialMessages: [tick(6)] }))).toBe(6);
  expect(rendered(() => useTopic(null, { initialValue: 7 }))).toBe(7);
  expect(rendered(() => useStream(ch.answer))).toEqual({
    status: "idle",
    chunks: [],
    text: "",
    error: undefined,
    stream: undefined,
  });
  const parts = [
    { type: "begin", stream: "s", heartbeat: 10_000 },
    // More than `historyLimit` would keep.
    ...Array.from(
      { length: 150 },
      (_, index) => ({ type: "chunks", stream: "s", index, chunks: ["a"] }) as const,
    ),
  ] as const;
  const initialMessages = parts.map((data, i) => ({ ...tick(i), topic: "answer" as const, data }));
  const answer = rendered(() => useStream(ch.answer, { initialMessages }));
  expect(answer).toMatchObject({ status: "streaming", text: "a".repeat(150), stream: "s" });
});

test("a provider's options are defaults", () => {
  let last: RealtimeResult<unknown> | undefined;
  const Component = (): ReactNode => {
    last = useRealtime({
      channel: ch,
      topics: ["tick"],
      initialMessages: [tick(1), tick(2), tick(3)],
      historyLimit: undefined,
    });
    return null;
  };
  renderToString(createElement(RealtimeProvider, { historyLimit: 2 }, createElement(Component)));
  expect(last?.messages.all).toHaveLength(2);
});

test("what is awaited below a Suspense boundary is rendered when it is there", async () => {
  let load!: (messages: ReturnType<typeof tick>[]) => void;
  const history = new Promise<ReturnType<typeof tick>[]>((resolve) => {
    load = resolve;
  });
  const Loaded = (): ReactNode => {
    const { messages, connectionStatus } = useRealtime({
      channel: ch,
      topics: ["tick"],
      initialMessages: use(history),
    });
    return createElement("p", null, `${connectionStatus} ${messages.last?.data}`);
  };
  const stream = new PassThrough();
  const failed = vi.fn();
  const page = createElement(Suspense, { fallback: "Loading" }, createElement(Loaded));
  const { pipe } = renderToPipeableStream(page, {
    onError: failed,
    onShellReady() {
      pipe(stream);
      setImmediate(load, [tick(8)]);
    },
  });
  const html = await text(stream);
  expect(html).toContain("<p>connecting 8</p>");
  expect(failed).not.toHaveBeenCalled();
});

test("the entry is marked for the browser, before all else", () => {
  expect(readFileSync(new URL("./index.ts", import.meta.url), "utf8")).toMatch(/^"use client";\n/);
});
