import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type Realtime, realtime, registry, staticSchema } from "halyard";
import { subscribe } from "halyard/client";
import { createHandler, createRealtime } from "halyard/server";
import type { Equal, Expect } from "halyard/testing";
import { z } from "zod";

const topics = { text: { schema: staticSchema<string>() }, count: { schema: staticSchema<number>() } };
declare const flag: boolean;
declare const text: string;

// A function's names: as exact as what it returns.
const choice = realtime.channel({ name: (id: "a" | "b") => `x:${id}`, topics });
const number = realtime.channel({ name: (id: number) => `x:${id}`, topics });
const constant = realtime.channel({ name: () => "x", topics });
const oneOfTwo = realtime.channel({ name: (id: string) => (flag ? `x:${id}` : `y:${id}`), topics });
const declared = realtime.channel({ name: (id: string): string => `x:${id}`, topics });
const computed = realtime.channel({ name: (id: string) => id.toUpperCase(), topics });
const several = realtime.channel({ name: (...ids: string[]) => `x:${ids.join(".")}`, topics });
const method = realtime.channel({
  name({ id, n }: { id: string; n: number }) {
    return `x:${id}:${n}`;
  },
  topics,
});
export type Functions = [
  Expect<Equal<Realtime.Name<typeof choice>, "x:a" | "x:b">>,
  Expect<Equal<Realtime.Name<typeof number>, `x:${number}`>>,
  Expect<Equal<Realtime.Name<typeof constant>, "x">>,
  Expect<Equal<Realtime.Name<typeof oneOfTwo>, `x:${string}` | `y:${string}`>>,
  Expect<Equal<Realtime.Name<typeof declared>, string>>,
  Expect<Equal<Realtime.Name<typeof computed>, string>>,
  Expect<Equal<Realtime.Name<typeof several>, `x:${string}`>>,
  Expect<Equal<Realtime.Name<typeof method>, `x:${string}:${number}`>>,
];
constant();
several();
several("a", "b");
// @ts-expect-error
choice("c");
// @ts-expect-error
constant("a");
// @ts-expect-error
several("a", 1);
// @ts-expect-error
method({ id: "a" });
// @ts-expect-error A name isn't waited for.
realtime.channel({ name: async (id: string) => `x:${id}`, topics });

// A pattern's names and params.
const whole = realtime.channel({ name: "{id}", topics });
const between = realtime.channel({ name: "a:{x}:b:{y}:c", topics });
const known = realtime.channel({ name: text, topics });
const config = { name: "c:{id}", topics } as const;
const given = realtime.channel(config);
export type Patterns = [
  Expect<Equal<Realtime.Name<typeof whole>, string>>,
  Expect<Equal<Realtime.Params<typeof whole>, { readonly id: string }>>,
  Expect<Equal<Realtime.Name<typeof between>, `a:${string}:b:${string}:c`>>,
  Expect<Equal<Realtime.Params<typeof between>, { readonly x: string; readonly y: string }>>,
  Expect<Equal<Realtime.Name<typeof known>, string>>,
  Expect<Equal<Realtime.Params<typeof given>, { readonly id: string }>>,
];
// @ts-expect-error
between({ x: "1", y: undefined });
// @ts-expect-error
between(text);

// A params schema types them on the way in and out.
const run = realtime.channel({
  name: "run:{id}:{step}",
  params: z.object({ id: z.coerce.number(), step: z.enum(["build", "test"]) }),
  topics: { done: { schema: z.null() } },
});
type RunParams = { id: number; step: "build" | "test" };
const parsed = run.parse("run:5:build");
export type Params = [
  Expect<Equal<Realtime.Params<typeof run>, RunParams>>,
  Expect<Equal<typeof parsed, RunParams>>,
  Expect<Equal<Realtime.Name<typeof run>, `run:${string}:${string}`>>,
];
run({ id: 5, step: "build" });
// @ts-expect-error
run({ id: "5", step: "build" });
// @ts-expect-error
run({ id: 5, step: "deploy" });

// Topics: whatever the type is, it is neither widened nor narrowed.
interface Row {
  readonly id: string;
  tags?: string[];
}
type Shape = { kind: "a"; n: number } | { kind: "b"; s: string } | null;
const kinds = realtime.channel({
  name: "kinds",
  topics: {
    row: { schema: staticSchema<Row>() },
    shape: { schema: staticSchema<Shape>() },
    tuple: { schema: staticSchema<readonly [string, ...number[]]>() },
    literal: { schema: staticSchema<"on" | "off">() },
    boolean: { schema: staticSchema<boolean>() },
    nothing: { schema: staticSchema<undefined>() },
    unknown: { schema: staticSchema<unknown>() },
    record: { schema: staticSchema<Record<string, Row>>() },
  },
});
type In<K extends Realtime.Topics<typeof kinds>> = Realtime.Input<typeof kinds, K>;
type Out<K extends Realtime.Topics<typeof kinds>> = Realtime.Output<typeof kinds, K>;
export type Kinds = [
  Expect<Equal<[In<"row">, Out<"row">], [Row, Row]>>,
  Expect<Equal<[In<"shape">, Out<"shape">], [Shape, Shape]>>,
  Expect<Equal<[In<"tuple">, Out<"literal">], [readonly [string, ...number[]], "on" | "off"]>>,
  Expect<Equal<[In<"boolean">, Out<"nothing">, In<"unknown">], [boolean, undefined, unknown]>>,
  Expect<Equal<Out<"record">, Record<string, Row>>>,
];
const app = createRealtime();
app.publish(kinds.tuple, ["a", 1, 2]);
app.publish(kinds.shape, null);
// @ts-expect-error
app.publish(kinds.tuple, [1]);
// @ts-expect-error
app.publish(kinds.shape, { kind: "a", s: "text" });
// @ts-expect-error
app.publish(kinds.boolean, "true");

// A schema that is known by the spec's interface, and a user's own function around the declaration.
declare const spec: StandardSchemaV1<{ at: string }, { at: Date }>;
const bySpec = realtime.channel({ name: "spec", topics: { at: { schema: spec } } });
const same = <T>(schema: StandardSchemaV1<T, T>) =>
  realtime.channel({ name: "own:{id}", topics: { item: { schema } } });
const any = <S extends StandardSchemaV1>(schema: S) =>
  realtime.channel({ name: "own:{id}", topics: { item: { schema } } });
const ownSame = same(z.object({ x: z.string() }));
const ownAny = any(z.object({ x: z.string().transform(Number) }));
export type Schemas = [
  Expect<Equal<Realtime.Input<typeof bySpec, "at">, { at: string }>>,
  Expect<Equal<Realtime.Output<typeof bySpec.at>, { at: Date }>>,
  Expect<Equal<Realtime.Output<typeof ownSame, "item">, { x: string }>>,
  Expect<Equal<Realtime.Input<typeof ownAny, "item">, { x: string }>>,
  Expect<Equal<Realtime.Output<typeof ownAny, "item">, { x: number }>>,
];

// Topics to subscribe to: literal, `as const`, spread, of a variable; not of any text.
declare const token: Realtime.Token<typeof kinds>;
const listed = ["row", "shape"] as const;
const changing: ("row" | "shape")[] = ["row"];
const texts: string[] = ["row"];
type TopicsOf<S> = S extends Promise<AsyncIterable<{ readonly topic: infer T }>> ? T : never;
const literal = subscribe({ token, channel: kinds, topics: ["row", "shape"] });
const constantly = subscribe({ token, channel: kinds, topics: listed });
const spread = subscribe({ token, channel: kinds, topics: [...listed, "boolean"] });
const variable = subscribe({ token, channel: kinds, topics: changing });
const omitted = subscribe({ token, channel: kinds });
export type Listed = [
  Expect<Equal<TopicsOf<typeof literal>, "row" | "shape">>,
  Expect<Equal<TopicsOf<typeof constantly>, "row" | "shape">>,
  Expect<Equal<TopicsOf<typeof spread>, "row" | "shape" | "boolean">>,
  Expect<Equal<TopicsOf<typeof variable>, "row" | "shape">>,
  Expect<Equal<TopicsOf<typeof omitted>, Realtime.Topics<typeof kinds>>>,
];
// @ts-expect-error
subscribe({ token, channel: kinds, topics: texts });
// @ts-expect-error
app.token({ channel: kinds, topics: texts });

// Through a registry: types by a name, and what authorize is asked.
const channels = registry({ run, whole: kinds, between });
type Names = Realtime.Registry.Name<typeof channels>;
export type Registered = [
  Expect<Equal<Names, `run:${string}:${string}` | "kinds" | `a:${string}:b:${string}:c`>>,
  Expect<Equal<Realtime.Registry.Message<typeof channels, "run:5:test">["data"], null>>,
  Expect<Equal<Realtime.Registry.Message<typeof channels, "kinds", ["row"]>["data"], Row>>,
  Expect<Equal<Realtime.Registry.Channel<typeof channels, "run:5:test">["name"], "run:5:test">>,
];
// @ts-expect-error
export type NoName = Realtime.Registry.Message<typeof channels, "runs:5">;
// @ts-expect-error
export type NoTopic = Realtime.Registry.Message<typeof channels, "kinds", ["done"]>;
createHandler(app, {
  channels,
  authorize: ({ entry, params, topics: asked, channel }) => {
    if (entry === "run") return params.id > 5 && params.step === "build" && asked.every((t) => t === "done");
    if (entry === "between") return params.x === "1" && channel.name.startsWith("a:");
    return asked.includes("row");
  },
});
// @ts-expect-error It has to be narrowed by `entry` first.
createHandler(app, { channels, authorize: ({ params }) => params.id === 5 });
// @ts-expect-error That is another's.
createHandler(app, { channels, authorize: ({ entry, params }) => entry === "between" && params.id === 5 });
// @ts-expect-error
createHandler(app, { channels, authorize: () => undefined });
// @ts-expect-error
createHandler(app, { channels: { run }, authorize: () => true });
