/** `realtime`, and the types that users name. */
import {
  type Channel as AnyChannelOf,
  type ChannelDef as AnyDefOf,
  type PatternDef as AnyPatternOf,
  channel,
} from "./channel.js";
import type { AnyChannel as ChannelBound, AnyDef as DefBound, MapOf, NameOf } from "./channel-facts.js";
import type { Message as MessageOf } from "./message.js";
import type { ParamNames } from "./name.js";
import type { ChannelNamed, EntriesOf } from "./registry.js";
import type { TokenOf } from "./token.js";
import type { InputOf, OutputOf, TopicRef as Ref } from "./topic.js";
import type { WireOf } from "./wire-form.js";

/** Where every declaration starts: `realtime.channel({ name, topics })`. */
export const realtime = { channel } as const;

// biome-ignore lint/suspicious/noExplicitAny: a reference of whatever payload.
type AnyRef = Ref<any, any, string, string>;
type Listed<C, T> = T extends readonly (infer K)[] ? Extract<K, keyof MapOf<C>> : keyof MapOf<C>;

/**
 * The types that a user of Halyard names. Where one takes a channel `C`, it takes a definition as well: `typeof pipeline`
 * or `typeof ch`, whichever is at hand.
 *
 * @example
 * ```ts
 * const pipeline = realtime.channel({
 *   name: "pipeline:{runId}",
 *   topics: { status: { schema: z.object({ message: z.string() }) }, at: { schema: z.coerce.date() } },
 * });
 * type PipelineToken = Realtime.Token<typeof pipeline, ["status"]>;
 * ```
 */
export declare namespace Realtime {
  /**
   * What opens topics of a channel to one subscriber; without a list, all of them. It travels as JSON; `app.token(…)`
   * makes it. Token types of different topics don't assign to each other; order and repeats don't matter.
   *
   * @example
   * ```ts
   * type PipelineToken = Realtime.Token<typeof pipeline, ["status"]>;
   * const fetchToken = async (): Promise<PipelineToken> => (await fetch("/api/token")).json();
   * ```
   */
  type Token<C extends AnyChannel | AnyDef, T extends readonly Topics<C>[] = readonly Topics<C>[]> = TokenOf<
    NameOf<C>,
    // Not `Pick`: that would show all of the channel's topics, to say that these are some of them.
    { readonly [K in Listed<C, T>]: MapOf<C>[K] }
  >;

  /**
   * What a subscriber receives, of some topics or of all: a union that narrows by `topic`.
   *
   * @example
   * ```ts
   * function show(message: Realtime.Message<typeof pipeline>) {
   *   if (message.topic === "status") console.log(message.data.message);
   * }
   * ```
   */
  type Message<
    C extends AnyChannel | AnyDef,
    T extends readonly Topics<C>[] = readonly Topics<C>[],
  > = C extends unknown ? MessageOf<NameOf<C>, MapOf<C>, Listed<C, T>> : never;

  /**
   * What `publish` takes: for a reference, or for a topic of a channel.
   *
   * @example
   * ```ts
   * type Status = Realtime.Input<typeof pipeline, "status">; // { message: string }
   * type Same = Realtime.Input<typeof ch.status>;
   * ```
   */
  type Input<C, K extends keyof MapOf<C> = keyof MapOf<C>> = C extends AnyRef
    ? Parameters<C["~in"]>[0]
    : InputOf<MapOf<C>[K]>;

  /**
   * What a subscriber gets as `data`: for a reference, or for a topic of a channel. It is what the schema makes of the input.
   *
   * @example
   * ```ts
   * type At = Realtime.Output<typeof pipeline, "at">; // Date
   * ```
   */
  type Output<C, K extends keyof MapOf<C> = keyof MapOf<C>> = C extends AnyRef
    ? Parameters<C["~out"]>[0]
    : OutputOf<MapOf<C>[K]>;

  /**
   * The plain JSON form of an output, as another language reads it: a `Date` is a string, a `Map` its entries.
   *
   * @example
   * ```ts
   * type At = Realtime.Wire<typeof pipeline, "at">; // string
   * ```
   */
  type Wire<C, K extends keyof MapOf<C> = keyof MapOf<C>> = WireOf<Output<C, K>>;

  /**
   * What a definition is called with; of a name function, the first argument.
   *
   * @example
   * ```ts
   * type PipelineParams = Realtime.Params<typeof pipeline>; // { readonly runId: string }
   * ```
   */
  type Params<C extends AnyDef> = C extends { readonly $params: infer P } ? P : never;

  /**
   * The type of a channel's name.
   *
   * @example
   * ```ts
   * type PipelineName = Realtime.Name<typeof pipeline>; // `pipeline:${string}`
   * ```
   */
  type Name<C extends AnyChannel | AnyDef> = NameOf<C>;

  /**
   * The names of a channel's topics, as a union.
   *
   * @example
   * ```ts
   * type PipelineTopic = Realtime.Topics<typeof pipeline>; // "status" | "at"
   * ```
   */
  type Topics<C extends AnyChannel | AnyDef> = C extends unknown ? keyof MapOf<C> & string : never;

  /**
   * A reference to a topic that takes exactly `In`; without an argument, to any topic.
   *
   * @example
   * ```ts
   * const notify = (ref: Realtime.TopicRef<{ message: string }>) => app.publish(ref, { message: "Hello" });
   * ```
   */
  // biome-ignore lint/suspicious/noExplicitAny: the bare `TopicRef` means "of whatever payload".
  type TopicRef<In = any> = Ref<In>;

  /**
   * Any channel: a bound for functions of your own.
   *
   * @example
   * ```ts
   * const log = <C extends Realtime.AnyChannel>(message: Realtime.Message<C>) => console.log(message.topic);
   * ```
   */
  type AnyChannel = ChannelBound;

  /**
   * Any definition that has yet to be called.
   *
   * @example
   * ```ts
   * const nameOf = <D extends Realtime.AnyDef>(params: Realtime.Params<D>) => JSON.stringify(params);
   * ```
   */
  type AnyDef = DefBound;

  /**
   * A channel of one name. `M` says what each topic takes and gives.
   *
   * @example
   * ```ts
   * const news: Realtime.Channel<"news", { text: Topic<string> }> = realtime.channel({ … });
   * ```
   */
  type Channel<Name extends string, M> = AnyChannelOf<Name, M>;

  /**
   * A parameterized channel that a function names.
   *
   * @example
   * ```ts
   * type RunDef = Realtime.ChannelDef<`run:${string}`, [{ id: string }], { done: Topic<null> }>;
   * ```
   */
  type ChannelDef<Name extends string, Params extends readonly unknown[], M> = AnyDefOf<Name, Params, M>;

  /**
   * A parameterized channel that a pattern names. `Params` are its strings, where no schema gives them other types.
   *
   * @example
   * ```ts
   * type ChatDef = Realtime.PatternDef<"chat:{room}", { text: Topic<string> }>;
   * ```
   */
  type PatternDef<
    Pattern extends string,
    M,
    Params = { readonly [K in ParamNames<Pattern>]: string },
  > = AnyPatternOf<Pattern, M, Params>;

  /** Types by the name of a channel, of all that a registry holds: pass `typeof channels`. */
  namespace Registry {
    /**
     * The names of all its channels, as a union.
     *
     * @example
     * ```ts
     * const channels = registry({ pipeline, news });
     * type Names = Realtime.Registry.Name<typeof channels>; // `pipeline:${string}` | "news"
     * ```
     */
    type Name<R> = NameOf<EntriesOf<R>[keyof EntriesOf<R>]>;

    /**
     * The channel that has a name.
     *
     * @example
     * ```ts
     * type Run = Realtime.Registry.Channel<typeof channels, "pipeline:42">;
     * ```
     */
    type Channel<R, N extends Name<R>> = ChannelNamed<EntriesOf<R>, N>;

    /**
     * What a subscriber of a name receives, of some topics or of all.
     *
     * @example
     * ```ts
     * type RunMessage = Realtime.Registry.Message<typeof channels, "pipeline:42", ["status"]>;
     * ```
     */
    type Message<
      R,
      N extends Name<R>,
      T extends readonly Topics<Channel<R, N>>[] = readonly Topics<Channel<R, N>>[],
    > = Realtime.Message<Channel<R, N>, T>;
  }
}
