import { type Realtime, realtime, staticSchema, type Topic } from "halyard";
import { subscribe } from "halyard/client";
import { createRealtime, type PublishedStream, type StreamSource } from "halyard/server";
import {
  type ChunkOf,
  foldStream,
  isAbandoned,
  readStream,
  type StreamPart,
  type StreamSchema,
  type StreamState,
  streamOf,
} from "halyard/stream";
import { expectAssignable, expectType } from "tsd";
import { z } from "zod";
import { exactly } from "./exactly.js";

const app = createRealtime();
interface Step {
  kind: "tool" | "text";
  value?: string;
}
const chat = realtime.channel({
  name: "chat:{id}",
  topics: {
    answer: { schema: streamOf(z.string()) },
    steps: { schema: streamOf(staticSchema<Step>()) },
    dates: { schema: streamOf(z.string().transform((text) => new Date(text))) },
    status: { schema: z.object({ message: z.string() }) },
  },
});
const ch = chat({ id: "1" });
declare const words: AsyncIterable<string>;
declare const stream: ReadableStream<string>;
declare const numbers: AsyncIterable<number>;
declare const token: Realtime.Token<typeof chat>;
declare const untyped: string;

// A declaration holds no schema.
expectType<StreamSchema<string, Date>>(streamOf(z.string().transform((text) => new Date(text))));
exactly<
  Realtime.Token<typeof chat, ["dates"]>,
  Realtime.Token<Realtime.Channel<`chat:${string}`, { dates: Topic<StreamPart<string>, StreamPart<Date>> }>>
>();
exactly<Realtime.Output<typeof chat, "answer">, StreamPart<string>>();
exactly<Realtime.Input<typeof ch.dates>, StreamPart<string>>();
// @ts-expect-error A type is no schema.
streamOf<string>();
// @ts-expect-error
streamOf({ type: "string" });

// A source gives the schema's input.
expectType<Promise<PublishedStream>>(app.stream(ch.answer, words));
app.stream(ch.answer, stream, { signal: new AbortController().signal, id: "1", interval: "20ms" });
app.stream(ch.answer, ["a", "b"], { heartbeat: "5s", maxBytes: 100, maxChunks: 5, describeError: String });
app.stream(ch.answer, Promise.resolve(words));
app.stream(ch.dates, ["2026-01-01"]);
app.stream(ch.steps, [{ kind: "tool" }, { kind: "text", value: "x" }]);
expectAssignable<StreamSource<string>>(new Set(["a"]));

// @ts-expect-error
app.stream(ch.answer, numbers);
// @ts-expect-error
app.stream(ch.answer, [1]);
// @ts-expect-error The output isn't what a source gives.
app.stream(ch.dates, [new Date()]);
// @ts-expect-error
app.stream(ch.steps, [{ kind: "other" }]);
// @ts-expect-error This topic carries none.
app.stream(ch.status, [{ message: "a" }]);
// @ts-expect-error A channel is no topic.
app.stream(ch, words);
// @ts-expect-error
app.stream(ch.answer);
// @ts-expect-error
app.stream(ch.answer, "text" as unknown);
// @ts-expect-error There is no such option.
app.stream(ch.answer, words, { key: "1" });

// Parts are ordinary payloads.
app.publish(ch.answer, { type: "begin", stream: "1", heartbeat: 10_000 });
app.publish(ch.answer, { type: "chunks", stream: "1", index: 0, chunks: ["a"] });
// @ts-expect-error
app.publish(ch.answer, { type: "chunks", stream: "1", index: 0, chunks: [1] });
// @ts-expect-error
app.publish(ch.answer, "a");

// What is read is the schema's output.
async function read() {
  const subscription = await subscribe({ token, channel: ch });
  exactly<ReturnType<typeof readAnswer>, ReadableStream<string>>();
  const readAnswer = () => readStream(subscription, { topic: "answer" });
  exactly<ReturnType<typeof readDates>, ReadableStream<Date>>();
  const readDates = () => readStream(subscription, { topic: ch.dates, stream: "1", after: 5 });
  exactly<ReturnType<typeof readSteps>, ReadableStream<Step>>();
  const readSteps = () => readStream(subscription.getJsonStream(), { topic: "steps" });
  // @ts-expect-error This topic carries none.
  readStream(subscription, { topic: "status" });
  // @ts-expect-error
  readStream(subscription, { topic: "other" });
  // @ts-expect-error
  readStream(subscription, { topic: ch.status });
  // @ts-expect-error A topic has to be named.
  readStream(subscription, {});
  exactly<Awaited<ReturnType<typeof readUntyped>>, ReadableStream<unknown>>();
  const readUntyped = async () => readStream(await subscribe(untyped), { topic: "whatever" });
  const readOne = async () =>
    readStream(await subscribe({ token, channel: ch, topics: ["answer"] }), { topic: "answer" });
  exactly<Awaited<ReturnType<typeof readOne>>, ReadableStream<string>>();
}
exactly<ChunkOf<Realtime.Message<typeof chat>, "dates">, Date>();

// Folded, a state knows its chunks.
function fold(message: Realtime.Message<typeof chat>, before?: StreamState<string>) {
  if (message.topic !== "answer") return undefined;
  const state = foldStream(before, message.data);
  exactly<typeof state, StreamState<string>>();
  exactly<typeof state.chunks, readonly string[]>();
  exactly<typeof state.status, "streaming" | "done" | "error">();
  // @ts-expect-error
  state.count = 5;
  expectType<boolean>(isAbandoned(state));
  return state;
}
// @ts-expect-error Of other chunks.
foldStream(undefined as StreamState<number> | undefined, undefined as unknown as StreamPart<string>);
void read;
void fold;
