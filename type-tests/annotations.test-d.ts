/** Channels with a type written beside them, as `isolatedDeclarations` asks for. What lies isn't taken. */
import {
  type Channel,
  type ChannelDef,
  type PatternDef,
  type Realtime,
  realtime,
  staticSchema,
  type Topic,
} from "halyard";
import { createRealtime } from "halyard/server";
import { z } from "zod";
import { exactly } from "./exactly.js";

type Text = { text: string };
interface News {
  readonly text: Topic<Text>;
  readonly at: Topic<string, Date>;
}
const topics = {
  text: { schema: z.object({ text: z.string() }) },
  at: { schema: z.string().transform((text) => new Date(text)) },
};
const byName = ({ id }: { id: string }) => `run:${id}` as const;

export const literal: Channel<"news", News> = realtime.channel({ name: "news", topics });
export const pattern: PatternDef<"news:{id}", News> = realtime.channel({ name: "news:{id}", topics });
export const byFunction: ChannelDef<`run:${string}`, [{ id: string }], News> = realtime.channel({
  name: byName,
  topics,
});
export const inPlace: Channel<"news", { text: Topic<Text, Text>; at: Topic<string, Date> }> =
  realtime.channel({
    name: "news",
    topics: { text: { schema: z.object({ text: z.string() }) }, at: topics.at },
  });

// What is annotated serves as what is inferred.
const app = createRealtime();
exactly<Realtime.Channel<"news", News>, typeof literal>();
exactly<Realtime.PatternDef<"news:{id}", News>, typeof pattern>();
exactly<Realtime.ChannelDef<`run:${string}`, [{ id: string }], News>, typeof byFunction>();
exactly<Realtime.Params<typeof pattern>, { readonly id: string }>();
exactly<Realtime.Output<typeof pattern, "at">, Date>();
exactly<Realtime.Input<typeof byFunction, "at">, string>();
exactly<Realtime.Name<typeof byFunction>, `run:${string}`>();
app.publish(pattern({ id: "1" }).at, "2026-01-01");
// @ts-expect-error
app.publish(pattern({ id: "1" }).at, new Date());

// Another name.
// @ts-expect-error
export const name: Channel<"new", News> = realtime.channel({ name: "news", topics });
// @ts-expect-error
export const params: PatternDef<"news:{it}", News> = realtime.channel({ name: "news:{id}", topics });
// @ts-expect-error A literal name is no pattern.
export const kind: PatternDef<"news", News> = realtime.channel({ name: "news", topics });
// @ts-expect-error A definition is no channel.
export const uncalled: Channel<`news:${string}`, News> = realtime.channel({ name: "news:{id}", topics });
// @ts-expect-error A function's names can't be read back.
export const read: PatternDef<"run:{id}", News> = realtime.channel({ name: byName, topics });
// @ts-expect-error Another argument.
export const argument: ChannelDef<`run:${string}`, [{ id: "a" }], News> = realtime.channel({
  name: byName,
  topics,
});

// Other params.
const numbered = { name: "news:{id}", params: z.object({ id: z.coerce.number() }), topics } as const;
export const byNumber: PatternDef<"news:{id}", News, { id: number }> = realtime.channel(numbered);
// @ts-expect-error
export const byText: PatternDef<"news:{id}", News> = realtime.channel(numbered);
// @ts-expect-error
export const byEither: PatternDef<"news:{id}", News, { id: number | string }> = realtime.channel(numbered);
// @ts-expect-error No schema makes a number of them.
export const byNone: PatternDef<"news:{id}", News, { id: number }> = realtime.channel({
  name: "news:{id}",
  topics,
});

// A topic less, or more.
// @ts-expect-error
export const less: Channel<"news", { text: Topic<Text, Text> }> = realtime.channel({ name: "news", topics });
// @ts-expect-error
export const more: Channel<"news", News & { b: Topic<1, 1> }> = realtime.channel({ name: "news", topics });
// @ts-expect-error
export const fewer: PatternDef<"news:{id}", { text: Topic<Text, Text> }> = realtime.channel({
  name: "news:{id}",
  topics,
});
// @ts-expect-error
export const fewest: ChannelDef<`run:${string}`, [{ id: string }], { text: Topic<Text, Text> }> =
  realtime.channel({ name: byName, topics });

// Another payload: narrower, wider, or at the other end.
type At<In, Out> = { text: Topic<Text, Text>; at: Topic<In, Out> };
// @ts-expect-error
export const input: Channel<"news", At<Date, Date>> = realtime.channel({ name: "news", topics });
// @ts-expect-error
export const output: Channel<"news", At<string, string>> = realtime.channel({ name: "news", topics });
// @ts-expect-error
export const narrow: Channel<"news", At<"today", Date>> = realtime.channel({ name: "news", topics });
// @ts-expect-error
export const wide: Channel<"news", At<string | number, Date>> = realtime.channel({ name: "news", topics });
// @ts-expect-error
export const wideOut: Channel<"news", At<string, unknown>> = realtime.channel({ name: "news", topics });
// @ts-expect-error
export const maybe: PatternDef<"news:{id}", At<string, Date | null>> = realtime.channel({
  name: "news:{id}",
  topics,
});
// The annotation doesn't make a schema give what it doesn't.
// @ts-expect-error
export const given: Channel<"a", { a: Topic<string, Date> }> = realtime.channel({
  name: "a",
  topics: { a: { schema: staticSchema<string>() } },
});
// @ts-expect-error
export const givenByZod: Channel<"a", { a: Topic<number, number> }> = realtime.channel({
  name: "a",
  topics: { a: { schema: z.string() } },
});

// Less said of a name is no lie; nor can the compiler tell an optional member more from none.
export const anyName: Channel<string, News> = realtime.channel({ name: "news", topics });
