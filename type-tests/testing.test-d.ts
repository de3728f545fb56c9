import { type Realtime, realtime, registry, staticSchema } from "halyard";
import type { ContractOf, Equal, Expect, Keeps } from "halyard/testing";
import { expectType } from "tsd";
import { z } from "zod";

declare function is<T>(): T;

// biome-ignore-start lint/suspicious/noExplicitAny: that it doesn't pass for another type, is the test.
export type Same = [
  Expect<Equal<string, string>>,
  Expect<Equal<any, any>>,
  Expect<Equal<never, never>>,
  Expect<Equal<{ a: string; b?: number }, { b?: number; a: string }>>,
  Expect<Equal<1 | 2, 2 | 1>>,
];
// Exact: what other checks let through is refused.
expectType<[false, false, false, false]>(
  is<[Equal<any, string>, Equal<string, any>, Equal<any, unknown>, Equal<any, never>]>(),
);
expectType<[false, false, false]>(
  is<[Equal<never, string>, Equal<unknown, never>, Equal<{ a: any }, { a: 1 }>]>(),
);
expectType<[false, false, false]>(
  is<[Equal<1 | 2, 1>, Equal<string, "a">, Equal<{ a: 1 } & { b: 2 }, { a: 1; b: 2 }>]>(),
);
expectType<[false, false]>(is<[Equal<{ readonly a: 1 }, { a: 1 }>, Equal<readonly 1[], 1[]>]>());
expectType<[false, false]>(
  is<[Equal<{ a?: 1 }, { a: 1 | undefined }>, Equal<{ a?: 1 }, { a?: 1 | undefined }>]>(),
);

export type Refused = [
  // @ts-expect-error
  Expect<Equal<string, number>>,
  // @ts-expect-error It may be either.
  Expect<boolean>,
  // @ts-expect-error
  Expect<{ "status.output": unknown }>,
];

const topics = {
  status: { schema: z.object({ message: z.string().default("…"), at: z.date().optional() }) },
  count: { schema: staticSchema<number>() },
};
const pipeline = realtime.channel({ name: "pipeline:{runId}", topics });
const news = realtime.channel({ name: "news", topics: { count: topics.count } });
const byMany = realtime.channel({
  name: (a: string, b?: number) => `x:${a}:${b}`,
  topics: { count: topics.count },
});
const byOne = realtime.channel({ name: (id: { key: string }) => `y:${id.key}`, topics: { 1: topics.count } });
const channels = registry({ pipeline, news });

interface Count {
  input: number;
  output: number;
  wire: number | null;
}
interface Status {
  input: { message?: string | undefined; at?: Date | undefined };
  output: { message: string; at?: Date | undefined };
  wire: { message: string; at?: string };
}
interface Pipeline {
  name: `pipeline:${string}`;
  params: { readonly runId: string };
  topics: { status: Status; count: Count };
}

// The contract of a definition, a channel, a registry.
expectType<Pipeline>(is<ContractOf<typeof pipeline>>());
expectType<{ name: `pipeline:${string}`; topics: Pipeline["topics"] }>(
  is<ContractOf<ReturnType<typeof pipeline>>>(),
);
expectType<{ name: "news"; topics: { count: Count } }>(is<ContractOf<typeof news>>());
expectType<{
  name: `x:${string}:${number | undefined}`;
  params: [a: string, b?: number | undefined];
  topics: { count: Count };
}>(is<ContractOf<typeof byMany>>());
expectType<{ name: `y:${string}`; params: { key: string }; topics: { 1: Count } }>(
  is<ContractOf<typeof byOne>>(),
);
expectType<{ pipeline: Pipeline; news: ContractOf<typeof news> }>(is<ContractOf<typeof channels>>());
// @ts-expect-error A reference is none of them.
export type OfReference = ContractOf<typeof news.count>;
// @ts-expect-error Nor is a name.
export type OfName = ContractOf<"news">;
// @ts-expect-error Nor a token.
export type OfToken = ContractOf<Realtime.Token<typeof news>>;

// What keeps it: all of it, or what it says. `never` says that there is none.
export type Kept = [
  Expect<Keeps<typeof pipeline, Pipeline>>,
  Expect<Keeps<typeof pipeline, ContractOf<typeof pipeline>>>,
  Expect<Keeps<typeof pipeline, { name: `pipeline:${string}` }>>,
  Expect<Keeps<typeof pipeline, { topics: { status: { output: Status["output"] }; count: object } }>>,
  Expect<Keeps<typeof news, { params: never }>>,
  Expect<Keeps<typeof byOne, { topics: { 1: Count } }>>,
  Expect<Keeps<typeof channels, ContractOf<typeof channels>>>,
  Expect<Keeps<typeof channels, { pipeline: { params: { readonly runId: string } }; news: object }>>,
];
export type Broken = [
  // @ts-expect-error
  Expect<Keeps<typeof pipeline, { name: `pipelines:${string}` }>>,
  // @ts-expect-error
  Expect<Keeps<typeof channels, { news: object }>>,
];

// What doesn't says which topic, and which side.
expectType<{
  name: { expected: "pipeline"; actual: `pipeline:${string}` };
  params: { expected: { runId: string }; actual: { readonly runId: string } };
}>(is<Keeps<typeof pipeline, { name: "pipeline"; params: { runId: string } }>>());
expectType<{ "status.output": { expected: { message: string }; actual: Status["output"] } }>(
  is<
    Keeps<
      typeof pipeline,
      { topics: { status: { input: Status["input"]; output: { message: string } }; count: Count } }
    >
  >(),
);
expectType<{ topics: { expected: "count" | "text"; actual: "count" } }>(
  is<Keeps<typeof news, { topics: { count: Count; text: Count } }>>(),
);
expectType<{ topics: { expected: "count"; actual: "count" | "status" } }>(
  is<Keeps<typeof pipeline, { topics: { count: Count } }>>(),
);
expectType<{ "1.input": { expected: string; actual: number } }>(
  is<Keeps<typeof byOne, { topics: { 1: { input: string } } }>>(),
);
// One that there isn't, one with a typo.
expectType<{ params: { expected: { id: string }; actual: never } }>(
  is<Keeps<typeof news, { params: { id: string } }>>(),
);
expectType<{ topcis: { expected: object; actual: never } }>(is<Keeps<typeof news, { topcis: object }>>());
expectType<{ "count.outptu": { expected: number; actual: never } }>(
  is<Keeps<typeof news, { topics: { count: { outptu: number } } }>>(),
);
// In a registry, the channel too.
expectType<{ channels: { expected: "chat" | "news"; actual: "pipeline" | "news" } }>(
  is<Keeps<typeof channels, { chat: object; news: object }>>(),
);
expectType<{ "news.count.wire": { expected: number; actual: number | null } }>(
  is<Keeps<typeof channels, { pipeline: object; news: { topics: { count: { wire: number } } } }>>(),
);

// A payload may refer to itself.
type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
const nested = realtime.channel({ name: "nested", topics: { json: { schema: staticSchema<Json>() } } });
export type Nested = [
  Expect<Keeps<typeof nested, { topics: { json: { input: Json; output: Json } } }>>,
  // @ts-expect-error
  Expect<Keeps<typeof nested, { topics: { json: { output: string } } }>>,
];

// A payload that became any, or was any all the time, keeps nothing else.
const loose = realtime.channel({ name: "loose", topics: { any: { schema: staticSchema<any>() } } });
expectType<{ "any.output": { expected: string; actual: any } }>(
  is<Keeps<typeof loose, { topics: { any: { output: string } } }>>(),
);
// Nor does what couldn't be resolved, nor a contract that says nothing.
expectType<"This channel's type is any or never: look at its import.">(is<Keeps<any, Pipeline>>());
expectType<"This channel's type is any or never: look at its import.">(is<Keeps<never, Pipeline>>());
expectType<"This contract is any or never: look at its import.">(is<Keeps<typeof pipeline, any>>());
expectType<"This contract is any or never: look at its import.">(is<Keeps<typeof pipeline, never>>());
expectType<"This contract says nothing: give it a name, params or topics.">(is<Keeps<typeof news, object>>());
expectType<false>(is<Equal<ContractOf<any>, Pipeline>>());
expectType<false>(is<Equal<ContractOf<never>, Pipeline>>());
// biome-ignore-end lint/suspicious/noExplicitAny: as above
