/** `realtime`, and the types that users name. */
import { type Channel as AnyChannelOf, type ChannelDef as AnyDefOf, channel } from "./channel.js";
import type { AnyChannel, AnyDef, MapOf, NameOf } from "./channel-facts.js";
import type { Message as MessageOf } from "./message.js";
import type { TokenOf } from "./token.js";
import type { InputOf, OutputOf, TopicRef as Ref } from "./topic.js";
import type { WireOf } from "./wire-form.js";

/** Where every declaration starts: `realtime.channel({ name, topics })`. */
export const realtime = { channel } as const;

// biome-ignore lint/suspicious/noExplicitAny: a reference of whatever payload.
type AnyRef = Ref<any, any, string, string>;
type Listed<C, T> = T extends readonly (infer K)[] ? Extract<K, keyof MapOf<C>> : keyof MapOf<C>;

/** The types that a user of Halyard names: `Realtime.Token<typeof pipeline, ["status"]>`. */
export declare namespace Realtime {
  /** The names of a channel's topics, as a union. */
  type Topics<C extends AnyChannel | AnyDef> = keyof MapOf<C> & string;

  /** The type of a channel's name: `` `pipeline:${string}` ``. */
  type Name<C extends AnyChannel | AnyDef> = NameOf<C>;

  /** What a definition is called with. */
  type Params<C extends AnyDef> = C extends { readonly $params: infer P } ? P : never;

  /**
   * What opens topics of a channel to one subscriber. It travels as JSON; `app.token(…)` makes it.
   * Token types of different topics don't assign to each other; order and repeats don't matter.
   */
  type Token<C extends AnyChannel | AnyDef, T extends readonly Topics<C>[] = readonly Topics<C>[]> = TokenOf<
    NameOf<C>,
    Pick<MapOf<C>, Listed<C, T>>
  >;

  /** What a subscriber receives: a union that narrows by `topic`. */
  type Message<
    C extends AnyChannel | AnyDef,
    T extends readonly Topics<C>[] = readonly Topics<C>[],
  > = MessageOf<NameOf<C>, MapOf<C>, Listed<C, T>>;

  /** What `publish` takes for a reference, or for a topic of a channel. */
  type Input<C, K extends keyof MapOf<C> = keyof MapOf<C>> = C extends AnyRef
    ? Parameters<C["~in"]>[0]
    : InputOf<MapOf<C>[K]>;

  /** What a subscriber gets as `data`, for a reference or for a topic of a channel. */
  type Output<C, K extends keyof MapOf<C> = keyof MapOf<C>> = C extends AnyRef
    ? Parameters<C["~out"]>[0]
    : OutputOf<MapOf<C>[K]>;

  /** The plain JSON form of an output, as another language reads it. */
  type Wire<C, K extends keyof MapOf<C> = keyof MapOf<C>> = WireOf<Output<C, K>>;

  /** A reference to a topic that takes `In`; without an argument, to any topic. */
  // biome-ignore lint/suspicious/noExplicitAny: the bare `TopicRef` means "of whatever payload".
  type TopicRef<In = any> = Ref<In>;

  /** A channel of one name. */
  type Channel<Name extends string, M> = AnyChannelOf<Name, M>;

  /** A parameterized channel. */
  type ChannelDef<Name extends string, Params extends readonly unknown[], M> = AnyDefOf<Name, Params, M>;
}
