/** `useTopic`: the last value of one topic. */
import type { TokenSource } from "../client/types.js";
import type { MessageOf } from "../message.js";
import type { Refused } from "../refused.js";
import type { TokenCovering } from "../token.js";
import type { RefInternals, Topic, TopicRef } from "../topic.js";
import type { GivenChannel } from "./plan.js";
import type { HookOptions } from "./types.js";
import { useChannel } from "./use-channel.js";

/** What a hook of one topic takes beside its reference. */
export interface TopicHookOptions<Name extends string, K extends string, In, Out>
  extends Omit<HookOptions<MessageOf<Name, K, Out>, never>, "select"> {
  /** A token, or a function that fetches one. Default: that of the {@link ./provider.js RealtimeProvider}. */
  readonly token?:
    | TokenSource<
        | TokenCovering<Name, { readonly [T in K]: Topic<In, Out> }>
        | string
        | Refused<"This token opens another channel, or not this topic: make one that does.">
      >
    | undefined;
  /** Parse each message again by the topic's schema. What doesn't fit goes to `onError`. Default `false`. */
  readonly validate?: boolean | undefined;
}

/** What `useTopic` takes beside its reference. */
export interface UseTopicOptions<Name extends string, K extends string, In, Out>
  extends TopicHookOptions<Name, K, In, Out> {
  /** The value until there is one. Default `undefined`. */
  readonly initialValue?: Out | undefined;
}

/**
 * The last value of a topic, or `initialValue` before the first. The component renders again for a new value, and for nothing
 * else. Components with the same topic share one subscription.
 *
 * @example
 * ```tsx
 * const status = useTopic(pipeline({ runId }).status, { token: fetchToken });
 * return <p>{status?.message ?? "Nothing yet"}</p>;
 * ```
 */
export function useTopic<In, Out, Name extends string, K extends string>(
  ref: TopicRef<In, Out, Name, K> | null | undefined,
  options: UseTopicOptions<NoInfer<Name>, NoInfer<K>, NoInfer<In>, NoInfer<Out>> & {
    readonly initialValue: NoInfer<Out>;
  },
): Out;
export function useTopic<In, Out, Name extends string, K extends string>(
  ref: TopicRef<In, Out, Name, K> | null | undefined,
  options?: UseTopicOptions<NoInfer<Name>, NoInfer<K>, NoInfer<In>, NoInfer<Out>>,
): Out | undefined;
export function useTopic(
  ref: TopicRef | null | undefined,
  { initialValue, ...options }: UseTopicOptions<string, string, unknown, unknown> = {},
): unknown {
  return useChannel({ ...options, channel: ref && channelOf(ref) }, ({ messages: { last } }) =>
    last ? last.data : initialValue,
  );
}

/** A reference's channel, of which the topic is the only one. */
export function channelOf(ref: TopicRef): GivenChannel {
  const { channel, topic } = ref;
  // Every reference has its schema; of what is no reference, `useChannel` says so.
  const schema = (ref as unknown as RefInternals)["~schema"];
  return { name: channel, topics: [topic], "~channel": new Map([[topic, schema]]) };
}
