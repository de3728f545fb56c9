import { type Channel, type Realtime, realtime, registry, staticSchema, type TopicRef } from "halyard";
import { createClient, publish, subscribe } from "halyard/client";
import { createRealtime } from "halyard/server";
import type { Equal, Expect } from "halyard/testing";
import { z } from "zod";

/** Whether `A` can't be given where `B` is wanted. Every compiler says so; `expectNotAssignable`, tsd alone. */
type Not<A, B> = [A] extends [B] ? false : true;

declare const isExactly: <T>() => <V>(value: Equal<V, T> extends true ? V : never) => void;

const app = createRealtime();
const client = createClient();
const topics = {
  status: { schema: staticSchema<{ message: string }>() },
  alarm: { schema: staticSchema<{ message: string }>() },
  count: { schema: staticSchema<number>() },
  loose: { schema: staticSchema<unknown>() },
  none: { schema: staticSchema<never>() },
};
const chat = realtime.channel({ name: "chat:{room}", topics });
const other = realtime.channel({ name: "other:{room}", topics });
const byFunction = realtime.channel({ name: ({ room }: { room: string }) => `chat:${room}`, topics });
const ch = chat({ room: "1" });
declare const flag: boolean;
declare const given: { unknown: unknown; union: { message: string } | { message: number }; text: string };

// A reference that is one of two takes what both take; nothing widens what a reference takes.
app.publish(flag ? ch.status : ch.alarm, { message: "Hello" });
app.publish(flag ? ch.status : chat({ room: "2" }).status, { message: "Hello" });
// @ts-expect-error
app.publish(flag ? ch.status : ch.count, 5);
// @ts-expect-error
app.publish<{ message: string | number }, unknown>(ch.status, { message: 5 });
// @ts-expect-error
app.publish<unknown, unknown>(ch.status, 5);
app.publish(ch.loose, given.unknown);
// @ts-expect-error
app.publish(ch.none, 5);
// @ts-expect-error
app.publishMany([[ch.status, given.union]]);
// @ts-expect-error
publish(ch.status, given.unknown, { token: "eyJ…" });
// @ts-expect-error
publish(ch.status, given.union, { token: "eyJ…" });
// @ts-expect-error
client.publish(ch.status, given.union, { token: "eyJ…" });

// Functions of a user's own are as exact.
const notify = (ref: Realtime.TopicRef<{ message: string }>) => app.publish(ref, { message: "Hello" });
const send = <T>(ref: TopicRef<T>, data: NoInfer<T>) => app.publish(ref, data);
notify(ch.status);
notify(ch.alarm);
send(ch.status, { message: "Hello" });
// @ts-expect-error
notify(ch.loose);
// @ts-expect-error
notify(ch.none);
// @ts-expect-error
send(ch.status, given.union);
// @ts-expect-error
send(ch.status, given.unknown);
export const misused = (ref: Realtime.TopicRef<{ message: string }>) =>
  // @ts-expect-error
  app.publish(ref, { message: 5 });
export type References = [
  Expect<Not<typeof ch.status, TopicRef<never>>>,
  Expect<Not<typeof ch.status, TopicRef<object>>>,
];

// Nor does a channel, a definition or a registry stand in for one of other payloads, or of more or fewer topics.
const wide = realtime.channel({ name: "a", topics: { x: { schema: staticSchema<string | number>() } } });
const narrow = realtime.channel({ name: "a", topics: { x: { schema: staticSchema<string>() } } });
const more = realtime.channel({
  name: "a",
  topics: { x: { schema: staticSchema<string>() }, y: topics.count },
});
type Wider = { status: { input: { message: string | number }; output: { message: string } } };
export type Channels = [
  Expect<Not<typeof narrow, typeof wide>>,
  Expect<Not<typeof wide, typeof narrow>>,
  Expect<Not<typeof more, typeof narrow>>,
  Expect<Not<typeof narrow, typeof more>>,
  Expect<Not<typeof other, typeof chat>>,
  Expect<Not<typeof ch, Channel<`chat:${string}`, Wider>>>,
];
const channels = registry({ narrow });
const swapped = registry({ narrow: wide });
export type Registries = Expect<Not<typeof swapped, typeof channels>>;

// Tokens: by topics, even of the same payload, and however they were come by.
type Token<T extends readonly Realtime.Topics<typeof chat>[]> = Realtime.Token<typeof chat, T>;
type Status = Token<["status"]>;
type All = Realtime.Token<typeof chat>;
declare const token: {
  status: Status;
  both: Token<["status", "alarm"]>;
  none: Token<[]>;
  all: All;
  either: Status | Token<["alarm"]>;
  enough: Status | Token<["status", "alarm"]>;
  other: Realtime.Token<typeof other>;
  pending: Promise<All>;
  missing: All | undefined;
};
const copied = { ...token.both };
const enlarged = { ...token.status, topics: ["status", "alarm"] as const };
const fetched = async () => token.both;
export type Tokens = [
  Expect<Not<typeof token.status, Token<["alarm"]>>>,
  Expect<Not<typeof token.either, Status>>,
  Expect<Not<typeof token.none, Status>>,
  Expect<Not<typeof token.status, Token<[]>>>,
  Expect<Not<typeof token.all, Token<[]>>>,
  Expect<Not<typeof copied, Status>>,
  Expect<Not<typeof enlarged, Token<["status", "alarm"]>>>,
  Expect<Not<typeof fetched, () => Promise<Status>>>,
  Expect<Equal<Realtime.Token<typeof byFunction>, All>>,
  // Of one name and one topic, with other payloads.
  Expect<Not<Realtime.Token<typeof narrow>, Realtime.Token<typeof wide>>>,
  Expect<Not<Realtime.Token<typeof wide>, Realtime.Token<typeof narrow>>>,
];

// A channel and topics: any token that surely covers them.
subscribe({ token: token.enough, channel: ch, topics: ["status"] });
subscribe({ token: async () => token.enough, channel: ch, topics: ["status"] });
subscribe({ token: token.none, channel: ch, topics: [] });
subscribe({ token: token.all, channel: byFunction({ room: "1" }) });
// @ts-expect-error
subscribe({ token: token.enough, channel: ch, topics: ["alarm"] });
// @ts-expect-error
subscribe({ token: () => (flag ? token.both : token.status), channel: ch, topics: ["alarm"] });
// @ts-expect-error
subscribe({ token: token.either, channel: ch, topics: ["status"] });
// @ts-expect-error
subscribe({ token: token.none, channel: ch });
// @ts-expect-error
subscribe({ token: token.other, channel: ch, topics: ["status"] });
// @ts-expect-error
subscribe({ token: token.all, channel: byFunction });
// @ts-expect-error
subscribe({ token: token.all, channel: ch.status });
// What may be no token is none.
// @ts-expect-error
subscribe(token.pending);
// @ts-expect-error
subscribe({ token: token.pending, channel: ch });
// @ts-expect-error
subscribe(token.missing);
// @ts-expect-error
subscribe({ token: () => token.missing, channel: ch });
// @ts-expect-error
subscribe(given.unknown);
// @ts-expect-error
subscribe({ token: async () => given.unknown, channel: ch });
// @ts-expect-error
subscribe({ token: { key: "eyJ…" }, channel: ch });
// @ts-expect-error Nor does an explicit argument make it one.
subscribe<`chat:${string}`, { status: { input: number; output: number } }>(token.status);
const oneOfTwo = app.token({ channel: ch, topics: flag ? ["status"] : ["alarm"] });
const ofNone = app.token({ channel: ch, topics: [] });
export type Made = [Expect<Not<typeof oneOfTwo, Promise<Status>>>, Expect<Not<typeof ofNone, Promise<All>>>];

// A token that came as any: text and unknown, never `never` and never `any`.
// biome-ignore lint/suspicious/noExplicitAny: what `await response.json()` gives.
declare const untyped: any;
const anySubscription = await subscribe({ token: async () => untyped });
for await (const message of anySubscription) {
  if (message.topic === "status") isExactly<unknown>()(message.data);
  isExactly<string>()(message.topic);
}

// What can't travel, at the payload's own level.
class Money {
  constructor(readonly cents: number) {}
  format(): string {
    return "";
  }
}
class Price extends Money {
  toJSON() {
    return this.cents;
  }
}
const odd = realtime.channel({
  name: "odd",
  topics: {
    optional: { schema: staticSchema<{ text: string; done?: () => void }>() },
    union: { schema: staticSchema<string | (() => void)>() },
    member: { schema: staticSchema<{ text: string } | { done(): void }>() },
    record: { schema: staticSchema<Record<string, () => void>>() },
    any: { schema: staticSchema<() => unknown>() },
    unique: { schema: staticSchema<{ key: typeof Symbol.iterator }>() },
    money: { schema: staticSchema<Money>() },
    promise: { schema: staticSchema<Promise<string>>() },
    price: { schema: staticSchema<Price>() },
    date: { schema: staticSchema<Date>() },
    map: { schema: staticSchema<Map<string, Set<bigint>>>() },
    bytes: { schema: staticSchema<Uint8Array>() },
    url: { schema: staticSchema<{ at: URL; tags: readonly string[] }>() },
    called: { schema: z.custom<() => string>().transform((make) => make()) },
  },
});
// @ts-expect-error
app.publish(odd.optional, { text: "a" });
// @ts-expect-error
app.publish(odd.union, "a");
// @ts-expect-error
app.publish(odd.member, { text: "a" });
// @ts-expect-error
app.publish(odd.record, {});
// @ts-expect-error
app.publish(odd.any, () => 5);
// @ts-expect-error
app.publish(odd.unique, { key: Symbol.iterator });
// @ts-expect-error A class whose instances have methods, and no toJSON().
app.publish(odd.money, new Money(5));
// @ts-expect-error
app.publish(odd.promise, Promise.resolve("a"));
// @ts-expect-error
app.publishMany([[odd.money, new Money(5)]]);
// @ts-expect-error
publish(odd.money, new Money(5), { token: "eyJ…" });
// @ts-expect-error
client.publish(odd.unique, { key: Symbol.iterator }, { token: "eyJ…" });
app.publish(odd.price, new Price(5));
app.publish(odd.date, new Date());
app.publish(odd.map, new Map([["a", new Set([1n])]]));
app.publish(odd.bytes, new Uint8Array());
app.publish(odd.url, { at: new URL("https://example.com"), tags: [] });
// What travels is the output: an input may be what can't.
app.publish(odd.called, () => "a");
export type Called = Expect<Equal<Realtime.Output<typeof odd.called>, string>>;

// What came as `any` gives messages to look into, never `never`.
// biome-ignore lint/suspicious/noExplicitAny: the case itself.
export const anyMessage: Expect<Equal<Realtime.Message<any>["data"], unknown>> = true;
// biome-ignore lint/suspicious/noExplicitAny: the case itself.
export const anyName: Expect<Equal<Realtime.Name<any>, string>> = true;
