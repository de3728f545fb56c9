import { type Realtime, realtime, staticSchema } from "halyard";
import { expectType } from "tsd";
import { z } from "zod";

/** The plain form of `T`, through a topic of it. */
type Wire<T> = Realtime.Wire<ReturnType<typeof topicOf<T>>, "topic">;
const topicOf = <T>() => realtime.channel({ name: "x", topics: { topic: { schema: staticSchema<T>() } } });
declare function wire<T>(): Wire<T>;

// As it is.
expectType<string>(wire<string>());
expectType<boolean>(wire<boolean>());
expectType<null>(wire<null>());
expectType<"a" | 1 | true>(wire<"a" | 1 | true>());
expectType<string[]>(wire<string[]>());
expectType<readonly [string, boolean]>(wire<readonly [string, boolean]>());
expectType<{ readonly a: { b: string } }>(wire<{ readonly a: { b: string } }>());

// A number may be NaN, or infinite.
expectType<number | null>(wire<number>());
expectType<{ n: number | null }[]>(wire<{ n: number }[]>());

// Text in the place of what JSON hasn't.
expectType<string>(wire<Date>());
expectType<string>(wire<URL>());
expectType<string>(wire<bigint>());
expectType<string>(wire<Uint8Array>());
expectType<{ at: string | null }>(wire<{ at: Date | null }>());

// Arrays in the place of a Map and a Set.
expectType<[string, string][]>(wire<Map<string, Date>>());
expectType<string[]>(wire<Set<bigint>>());
expectType<[string, [string, number | null][]][]>(wire<ReadonlyMap<Date, Map<string, number>>>());

// What is undefined is absent from an object, and null in an array.
expectType<{ a: string; b?: string }>(wire<{ a: string; b?: string }>());
expectType<{ a?: string }>(wire<{ a: string | undefined }>());
expectType<(string | null)[]>(wire<(string | undefined)[]>());
expectType<[string, null]>(wire<[string, undefined]>());

// A class says what it travels as.
declare class Money {
  readonly currency: string;
  format(): string;
  toJSON(): { cents: bigint };
}
expectType<{ cents: string }>(wire<Money>());
expectType<{ price: { cents: string } }>(wire<{ price: Money }>());

declare class Keyed {
  toJSON(key: string): Date;
}
expectType<{ at?: string }>(wire<{ at?: Keyed }>());

// Unknown stays unknown; a schema's own output counts, not its input; a reference has a wire form too.
expectType<unknown>(wire<unknown>());
expectType<{ a?: unknown }>(wire<{ a: unknown }>());

// It goes as deep as the type.
interface Tree {
  readonly at: Date;
  readonly kids: readonly Tree[];
  readonly up?: Tree;
}
const tree = wire<Tree>();
expectType<string | undefined>(tree.kids[0]?.kids[0]?.up?.at);
const news = realtime.channel({
  name: "news",
  topics: {
    at: { schema: z.string().transform((text) => new Date(text)) },
    branded: { schema: z.object({ id: z.string().brand("Id"), tags: z.set(z.string()) }) },
    count: { schema: staticSchema<number>() },
  },
});
expectType<string>(null as unknown as Realtime.Wire<typeof news, "at">);
expectType<string>(null as unknown as Realtime.Wire<typeof news.at>);
expectType<string | number | null>(null as unknown as Realtime.Wire<typeof news, "at" | "count">);
export const tags = (wired: Realtime.Wire<typeof news, "branded">): string[] => wired.tags;
// @ts-expect-error There is no such topic.
export type Unknown = Realtime.Wire<typeof news, "art">;

// A type that holds arrays of itself.
type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
declare const json: Wire<Json>;
export const kept: string | number | boolean | null | readonly unknown[] | object = json;
// @ts-expect-error It isn't any.
export const lost: symbol = json;
