/** What may be declared as a topic and published to it, as types: each misuse gets a sentence. */
import type { Refused } from "./refused.js";
import type { TopicRef } from "./topic.js";

/** Topic names that would hide what a channel has of its own, as any object has, or make it look like a promise. */
export type ReservedTopic =
  | ""
  | "name"
  | "topics"
  | "then"
  | "constructor"
  | "hasOwnProperty"
  | "isPrototypeOf"
  | "propertyIsEnumerable"
  | "toLocaleString"
  | "toString"
  | "valueOf"
  | "__proto__"
  | `__${"define" | "lookup"}${"Getter" | "Setter"}__`
  | `$${string}`
  | `~${string}`;

/** A Standard Schema, as far as a constraint has to know: its own types are left alone until they are needed. */
export interface SchemaLike {
  readonly "~standard": unknown;
}

/** One topic's declaration. */
export interface TopicConfig {
  readonly schema:
    | SchemaLike
    | (Refused<"A schema is a Standard Schema (zod, valibot, arktype, …) or staticSchema<T>()."> &
        SchemaLike);
}

/** What `realtime.channel` takes for its topics. An alias in place of the sentence would hide it. */
export type TopicConfigs = {
  readonly [topic: string]:
    | TopicConfig
    | (Refused<"A topic is { schema: … } with a Standard Schema (zod, valibot, arktype, …) or staticSchema<T>()."> &
        TopicConfig);
};

/** The types of a schema, given its `~standard`. By indexed access: cheaper than a conditional type with `infer`. */
export type TypesOf<Standard> = NonNullable<Standard["types" & keyof Standard]>;

/** Puts a sentence where a topic has a name that it may not have, or where there is no topic. */
export type CheckTopics<T> = string extends keyof T
  ? unknown
  : [keyof T & ReservedTopic] extends [never]
    ? [keyof T] extends [never]
      ? Refused<"A channel needs a topic: topics: { status: { schema: … } }.">
      : unknown
    : {
        readonly [K in keyof T &
          ReservedTopic]: Refused<`The topic name "${K & string}" is reserved: choose another.`>;
      };

/** What travels although it has methods. */
type Carried =
  | (string | number | bigint | boolean | null | undefined)
  | (Date | Uint8Array | readonly unknown[])
  | (ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>)
  // A URL too; to name it would ask for the types of a browser, or of Node.
  | { toJSON(...given: never): unknown };

// biome-ignore lint/complexity/noBannedTypes: whatever can be called, or constructed.
type Stuck<Out> = Out extends Carried ? never : Extract<Out | Out[keyof Out], symbol | Function>;

/** What surely travels, at first sight: no function has these members, and no symbol. Cheap to ask; most payloads pass. */
type Plain = string | number | bigint | boolean | null | undefined | Date | NoFunction;
interface NoFunction {
  readonly valueOf: unknown;
  readonly [Symbol.hasInstance]?: undefined;
  readonly [Symbol.toPrimitive]?: undefined;
}

type Members<Out> = Out extends unknown ? Out | Out[keyof Out] : never;

/**
 * What `publish` takes: the input, or a sentence where the output is a function or a symbol, or an object with a member
 * that is one. To look deeper would cost every project dearly, and beside an `any` there is nothing to see; there, it is
 * refused at run time, with the path.
 */
export type PayloadFor<In, Out> =
  Members<Out> extends Plain
    ? In
    : [Stuck<Out>] extends [never]
      ? In
      : Refused<"This topic's payload has a function or a symbol, which can't travel: leave it out of the schema.">;

/** What `publish` takes for a reference of type `R`; for one that is of either of two topics, nothing. */
export type PayloadOf<R> = [R] extends [TopicRef<infer In, infer Out>] ? PayloadFor<In, Out> : never;
