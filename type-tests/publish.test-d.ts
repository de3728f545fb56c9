import { type Realtime, realtime, staticSchema, type TopicRef } from "halyard";
import { createRealtime, type PublishedMessage } from "halyard/server";
import { expectAssignable, expectType } from "tsd";
import { z } from "zod";

const app = createRealtime();
const chat = realtime.channel({
  name: "chat:{room}",
  topics: {
    status: { schema: z.object({ message: z.string(), step: z.string().optional() }) },
    at: { schema: z.string().transform((text) => new Date(text)) },
    count: { schema: staticSchema<number>() },
    nothing: { schema: z.null() },
  },
});
const ch = chat({ room: "1" });
declare const given: {
  any: object;
  unknown: unknown;
  union: { message: string } | { message: number };
  wide: { message: string | number };
  optional: { message?: string };
  text: string;
  topic: "status" | "count";
};

// What is published is the schema's input.
expectType<Promise<PublishedMessage>>(app.publish(ch.status, { message: "Hello" }));
app.publish(ch.status, { message: "Hello", step: "one" }, { key: "once" });
app.publish(ch.at, "2026-01-01");
app.publish(ch.count, 5);
app.publish(ch.nothing, null);

// @ts-expect-error
app.publish(ch.status, given.unknown);
// @ts-expect-error
app.publish(ch.status, given.any);
// @ts-expect-error
app.publish(ch.status, given.union);
// @ts-expect-error
app.publish(ch.status, given.wide);
// @ts-expect-error
app.publish(ch.status, given.optional);
// @ts-expect-error
app.publish(ch.status, {});
// @ts-expect-error
app.publish(ch.status, { message: "Hello", extra: 1 });
// @ts-expect-error
app.publish(ch.status, undefined);
// @ts-expect-error
app.publish(ch.status);
// @ts-expect-error The output isn't what one publishes.
app.publish(ch.at, new Date());
// @ts-expect-error
app.publish(ch.count, "5");
// @ts-expect-error
app.publish(ch.nothing, undefined);
// @ts-expect-error
app.publish(ch.status, Promise.resolve({ message: "Hello" }));
// @ts-expect-error
app.publish(ch.stauts, { message: "Hello" });
// @ts-expect-error A channel is no topic.
app.publish(ch, { message: "Hello" });
// @ts-expect-error Nor is a definition's topic, before it is called.
app.publish(chat.status, { message: "Hello" });
// @ts-expect-error Nor a name.
app.publish("chat:1", { message: "Hello" });
// @ts-expect-error A topic that is one of two takes neither's payload.
app.publish(ch[given.topic], 5);
// @ts-expect-error A key is text.
app.publish(ch.count, 5, { key: 1 });
// @ts-expect-error There is no such option.
app.publish(ch.count, 5, { keys: "1" });

// A reference is invariant: of exactly this input.
type Status = Realtime.Input<typeof ch.status>;
expectType<void>(notify(ch.status));
declare function notify(ref: TopicRef<Status>): void;
declare function notifyAny(ref: Realtime.TopicRef): void;
notifyAny(ch.at);
// @ts-expect-error
notify(ch.count);
// @ts-expect-error
notifyAny(ch);
// @ts-expect-error
expectAssignable<TopicRef<{ message: string | number; step?: string | undefined }>>(ch.status);
// @ts-expect-error
expectAssignable<TopicRef<{ message: string; step: string }>>(ch.status);
// @ts-expect-error
expectAssignable<TopicRef<{ message: "Hello"; step?: string | undefined }>>(ch.status);
// @ts-expect-error
expectAssignable<TopicRef<unknown>>(ch.count);
// @ts-expect-error
expectAssignable<TopicRef<number | string>>(ch.count);
// @ts-expect-error
expectAssignable<TopicRef<5>>(ch.count);

// Several at once: each against its own topic.
expectType<Promise<readonly PublishedMessage[]>>(
  app.publishMany([
    [ch.status, { message: "Hello" }],
    [ch.at, "2026-01-01", { key: "a" }],
    [chat({ room: "2" }).count, 5],
  ]),
);
app.publishMany([1, 2, 3].map((n) => [ch.count, n] as const));
app.publishMany([
  [ch.status, { message: "Hello" }],
  // @ts-expect-error That is the first's payload.
  [ch.count, { message: "Hello" }],
]);
app.publishMany([
  // @ts-expect-error That is the second's payload.
  [ch.status, 5],
  [ch.count, 5],
]);
// @ts-expect-error A topic that is one of two takes neither's payload.
app.publishMany([[ch[given.topic], 5]]);
// @ts-expect-error
app.publishMany([[ch.status, given.unknown]]);
// @ts-expect-error
app.publishMany([[ch.status, given.optional]]);
// @ts-expect-error
app.publishMany([[ch.count, 5, { key: 1 }]]);
// @ts-expect-error
app.publishMany([[ch.count]]);
// @ts-expect-error
app.publishMany([ch.count, 5]);

// A payload that is one of several.
const either = realtime.channel({
  name: "either",
  topics: {
    kind: {
      schema: z.discriminatedUnion("k", [
        z.object({ k: z.literal("a"), n: z.number() }),
        z.object({ k: z.literal("b"), s: z.string() }),
      ]),
    },
    perhaps: { schema: z.object({ a: z.string() }).nullable() },
  },
});
app.publish(either.kind, { k: "a", n: 1 });
app.publishMany([
  [either.kind, { k: "b", s: "x" }],
  [either.perhaps, null],
  [either.perhaps, { a: "x" }],
]);
// @ts-expect-error
app.publishMany([[either.kind, { k: "a", s: "x" }]]);
