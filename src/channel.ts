/** `realtime.channel`: one declaration of a name and of topics with schemas. */
import { refuse } from "./errors.js";
import type { Fixed } from "./message.js";
import { checkName, type ParamNames, type PatternName, parsePattern } from "./name.js";
import type { CheckParams, CheckPattern } from "./name-checks.js";
import type { Refused } from "./refused.js";
import type { AnySchema } from "./schema.js";
import type { InputOf, OutputOf, Topic, TopicRef } from "./topic.js";
import type { CheckTopics, TopicConfigs, TypesOf } from "./topic-checks.js";

/** What every channel has. */
export interface ChannelBase<Name extends string, M> {
  /** The name on the wire, such as `"pipeline:42"`. */
  readonly name: Name;
  /** The names of its topics, in the order of their declaration. */
  readonly topics: readonly (keyof M & string)[];
  /** Types only: what a subscriber receives, by topic. Not there at run time. */
  readonly $infer: { readonly [K in keyof M]: OutputOf<M[K]> };
  /** Types only: marks a channel. */
  readonly "~channel": { readonly name: Name; readonly map: M };
}

/** A channel of one name, with a reference for each of its topics: `channel.status`. */
export type Channel<Name extends string, M> = ChannelBase<Name, M> & {
  readonly [K in keyof M]: TopicRef<InputOf<M[K]>, OutputOf<M[K]>, Name, K & string>;
};

/** A parameterized channel: call it with its params to get a {@link Channel}. */
export interface ChannelDef<Name extends string, Params extends readonly unknown[], M> {
  (...params: Params): Channel<Name, M>;
  /** The names of its topics, in the order of their declaration. */
  readonly topics: readonly (keyof M & string)[];
  /** Types only: what a subscriber receives, by topic. Not there at run time. */
  readonly $infer: { readonly [K in keyof M]: OutputOf<M[K]> };
  /** Types only: the (first) argument. Not there at run time. */
  readonly $params: Params[0];
  /** Types only: marks a definition that has yet to be called. */
  readonly "~def": { readonly name: Name; readonly map: M };
  /** Types only: says so where a channel is wanted. */
  readonly "~channel": Refused<"This definition has yet to be called: pass channel({ … }), with its params.">;
}

/** A channel whose name is a pattern: its names can be read back. */
export interface PatternDef<
  Pattern extends string,
  M,
  Params = { readonly [K in ParamNames<Pattern>]: string },
> extends ChannelDef<PatternName<Pattern>, [params: Params], M> {
  readonly pattern: Pattern;
  /** The params of a name. Throws `NAME_MISMATCH` where this pattern doesn't give that name. */
  parse(name: string): Params;
  /** Whether this pattern gives that name. */
  match(name: string): name is PatternName<Pattern>;
}

/** What `realtime.channel` gives for a name of type `N`, the arguments `A` of a name function, and a params schema `S`. */
export type ChannelFor<N extends string, A extends readonly unknown[], M, S> = [A] extends [never]
  ? [N] extends [`${string}${"{" | "}"}${string}`]
    ? unknown extends CheckPattern<N>
      ? PatternDef<
          N,
          M,
          [S] extends [undefined]
            ? { readonly [K in ParamNames<N>]: string }
            : OutputOf<TypesOf<S["~standard" & keyof S]>>
        >
      : CheckPattern<N>
    : [N] extends [""]
      ? Refused<"A channel's name needs at least one character.">
      : Channel<N, M>
  : [N] extends [never]
    ? Refused<"Write the types of the name function's parameters: ({ id }: { id: string }) => …">
    : // Not inferred from an annotation: that of a pattern would be taken for a function's arguments.
      ChannelDef<N, Fixed<A>, M>;

/**
 * Declares a channel: a name, and topics with a schema each. What it gives is frozen.
 *
 * - A literal name (`"news"`) gives a {@link Channel}.
 * - A pattern (`"chat:{room}"`) gives a {@link PatternDef}; values are encoded, so that no value can forge a name. Its params
 *   are strings; a sync schema as `params` gives them other types, both ways: the definition is called with what the schema
 *   makes of the strings, and `parse` gives that back.
 * - A function of your own (``({ id }) => `run:${id}` ``) gives a {@link ChannelDef}. Its names are taken as they are:
 *   they can't be read back, and nothing guarantees that different params give different names.
 *
 * Throws `INVALID_NAME`, `INVALID_PATTERN`, `INVALID_TOPIC` or `INVALID_SCHEMA`.
 *
 * @example
 * ```ts
 * const pipeline = realtime.channel({
 *   name: "pipeline:{runId}",
 *   topics: { status: { schema: z.object({ message: z.string() }) } },
 * });
 * pipeline({ runId: "42" }).name; // "pipeline:42"
 *
 * const page = realtime.channel({
 *   name: "page:{n}",
 *   params: z.object({ n: z.coerce.number().int() }),
 *   topics: { text: { schema: z.string() } },
 * });
 * page.parse(page({ n: 5 }).name); // { n: 5 }
 * ```
 */
export function channel<
  const N extends string,
  const T extends TopicConfigs,
  A extends readonly unknown[] = never,
  S = never,
>(config: {
  readonly name: N | ((...params: A) => N);
  readonly params?: (S & CheckParams<N, A, S>) | undefined;
  readonly topics: T & CheckTopics<T>;
}): ChannelFor<
  N,
  A,
  // Written out: by the name of an alias, a user's declarations would hold the schemas that it is given.
  {
    readonly [K in keyof T]: Topic<
      InputOf<TypesOf<T[K]["schema"]["~standard"]>>,
      OutputOf<TypesOf<T[K]["schema"]["~standard"]>>
    >;
  },
  S
>;
export function channel(config: {
  readonly name: string | ((...params: never[]) => string);
  readonly topics: { readonly [topic: string]: { readonly schema: AnySchema } };
  readonly params?: AnySchema;
}): unknown {
  const { name } = config;
  const schemas = new Map<string, AnySchema>();
  for (const [topic, given] of Object.entries(config.topics)) {
    // The run-time side of ReservedTopic.
    if (topic in {} || /^([$~]|(name|topics|then)?$)/.test(topic)) {
      refuse("INVALID_TOPIC", name, `topic "${topic}" is reserved: rename it`);
    }
    if (!given?.schema?.["~standard"]) {
      refuse("INVALID_SCHEMA", name, `topic "${topic}" needs a Standard Schema`);
    }
    schemas.set(topic, given.schema);
  }
  const topics = Object.freeze(Object.keys(config.topics));

  const create = (given: string) => {
    const created: Record<string, unknown> = { name: checkName(given), topics };
    for (const [topic, schema] of schemas)
      created[topic] = seal({ channel: given, topic }, "~schema", schema);
    return seal(created, "~channel", schemas);
  };
  const define = (format: (...params: never[]) => string, more?: object) =>
    // Also here the schemas, for tools: a channel that codegen evaluates has no params to be called with.
    seal(
      Object.assign((...params: never[]) => create(format(...params)), { topics }, more),
      "~def",
      schemas,
    );

  const pattern = typeof name === "function" ? undefined : parsePattern(checkName(name), config.params);
  if (config.params && !(pattern?.params[0] && config.params["~standard"]))
    refuse("INVALID_PATTERN", name, "params need a pattern, and are a Standard Schema");
  if (pattern?.params[0]) return define(pattern.format, pattern);
  return pattern ? create(pattern.pattern) : define(name as () => string);
}

/** Freezes an object, with one more property, which neither JSON nor a debugger's listing shows. */
const seal = (target: object, key: string, value: unknown) =>
  Object.freeze(Object.defineProperty(target, key, { value }));
