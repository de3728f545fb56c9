import { type Channel, type Realtime, realtime, staticSchema, type TopicRef } from "halyard";
import { expectAssignable, expectType } from "tsd";
import { z } from "zod";

const topics = {
  status: { schema: z.object({ message: z.string(), step: z.string().optional() }) },
  at: { schema: z.string().transform((text) => new Date(text)) },
  tokens: { schema: staticSchema<{ token: string }>() },
};
const literal = realtime.channel({ name: "news", topics });
const pattern = realtime.channel({ name: "chat:{room}:{user}", topics });
const byFunction = realtime.channel({ name: ({ runId }: { runId: string }) => `run:${runId}`, topics });
const byMany = realtime.channel({ name: (a: string, b: number) => `x:${a}:${b}`, topics });
declare const text: string;

// A name keeps its literal or template-literal type, whatever gives it.
expectType<"news">(literal.name);
expectType<`chat:${string}:${string}`>(pattern({ room: "a", user: "b" }).name);
expectType<`run:${string}`>(byFunction({ runId: "a" }).name);
expectType<`x:${string}:${number}`>(byMany("a", 1).name);
expectType<"chat:{room}:{user}">(pattern.pattern);
expectType<`chat:${string}:${string}`>(null as unknown as Realtime.Name<typeof pattern>);
expectType<"news">(null as unknown as Realtime.Name<typeof literal>);
expectType<string>(realtime.channel({ name: text, topics }).name);

// Topics, as a list and as references.
expectType<readonly ("status" | "at" | "tokens")[]>(literal.topics);
expectType<readonly ("status" | "at" | "tokens")[]>(pattern.topics);
expectType<"status" | "at" | "tokens">(null as unknown as Realtime.Topics<typeof byFunction>);
expectType<"at">(literal.at.topic);
expectType<`run:${string}`>(byFunction({ runId: "a" }).at.channel);
expectAssignable<TopicRef<string, Date>>(literal.at);
// @ts-expect-error
expectAssignable<TopicRef<Date>>(literal.at);
// @ts-expect-error There is no such topic.
literal.stauts;
declare const status: typeof literal.status;
// @ts-expect-error What is declared can't be changed.
literal.status = status;
// @ts-expect-error So it is with a reference.
literal.status.topic = "status";

// $infer is what is received: the schema's output. Realtime.Input is what is published.
type Status = { message: string; step?: string | undefined };
expectType<{ readonly status: Status; readonly at: Date; readonly tokens: { token: string } }>(
  literal.$infer,
);
expectType<Date>(pattern.$infer.at);
expectType<Date>(null as unknown as Realtime.Output<typeof literal, "at">);
expectType<Date>(null as unknown as Realtime.Output<typeof literal.at>);
expectType<string>(null as unknown as Realtime.Input<typeof pattern, "at">);
expectType<string>(null as unknown as Realtime.Input<typeof literal.at>);
expectType<{ token: string }>(null as unknown as Realtime.Input<typeof literal, "tokens">);

// Params: of a pattern by name, of a function as it declares them.
expectType<{ readonly room: string; readonly user: string }>(pattern.$params);
expectType<{ runId: string }>(byFunction.$params);
expectType<{ readonly room: string; readonly user: string }>(
  null as unknown as Realtime.Params<typeof pattern>,
);
// @ts-expect-error A param is missing.
pattern({ room: "a" });
// @ts-expect-error One is too many.
pattern({ room: "a", user: "b", extra: "c" });
// @ts-expect-error Params are strings.
pattern({ room: "a", user: 5 });
// @ts-expect-error It takes one object.
pattern("a", "b");
// @ts-expect-error A number is asked for.
byMany("a", "b");
// @ts-expect-error A literal name is a channel already.
literal();

// Names read back.
expectType<{ readonly room: string; readonly user: string }>(pattern.parse("chat:a:b"));
if (pattern.match(text)) expectType<`chat:${string}:${string}`>(text);
// @ts-expect-error What a function names can't be read back.
byFunction.parse("run:a");
// @ts-expect-error Nor does a literal name need it.
literal.match("news");

// A definition is no channel: it must be called.
declare function needsChannel<N extends string, M>(channel: Channel<N, M>): N;
expectType<"news">(needsChannel(literal));
expectType<`chat:${string}:${string}`>(needsChannel(pattern({ room: "a", user: "b" })));
// @ts-expect-error Call it first.
needsChannel(pattern);
// @ts-expect-error Call it first.
needsChannel(byFunction);
// @ts-expect-error Call it first.
needsChannel(byMany);

// A bound for functions of one's own.
declare function any<C extends Realtime.AnyChannel>(channel: C): Realtime.Topics<C>;
declare function anyDef<C extends Realtime.AnyDef>(def: C): Realtime.Params<C>;
expectType<"status" | "at" | "tokens">(any(literal));
expectType<{ readonly room: string; readonly user: string }>(anyDef(pattern));
// @ts-expect-error
any(pattern);
// What may be left out may be undefined.
realtime.channel({ name: "x:{id}", params: undefined, topics })({ id: "5" });
