/** `useRealtime`: a channel's messages in a component. */
import type { Fixed, Message } from "../message.js";
import type { Given } from "./plan.js";
import type {
  ChannelHookOptions,
  NamedMessage,
  NameHookOptions,
  RealtimeResult,
  TokenHookOptions,
} from "./types.js";
import { useChannel } from "./use-channel.js";

/**
 * Subscribes to topics of a channel for as long as the component is mounted, and renders it anew when something changes: with
 * each frame at most, however many messages came. Components that ask for the same share one subscription. Functions and
 * arrays may be written in place: only another channel, other topics, another `key` or other settings connect anew.
 *
 * It doesn't throw: what goes wrong is in `error`, and told to `onError`.
 *
 * @example
 * ```tsx
 * const { connectionStatus, messages } = useRealtime({
 *   channel: pipeline({ runId }),
 *   topics: ["status"],
 *   token: () => fetch(`/api/token?run=${runId}`).then((response) => response.text()),
 * });
 * return <p>{messages.byTopic.status?.data.message ?? connectionStatus}</p>;
 * ```
 */
export function useRealtime<
  const Name extends string,
  const K extends string,
  S = RealtimeResult<NamedMessage<Name, K>>,
>(options: NameHookOptions<Name, K, S>): S;
export function useRealtime<
  Name extends string,
  M,
  const K extends keyof M & string = keyof M & string,
  S = RealtimeResult<Fixed<Message<Name, M, K>>>,
>(options: ChannelHookOptions<Name, M, K, S>): S;
export function useRealtime<
  Name extends string,
  M,
  const K extends keyof M & string = keyof M & string,
  S = RealtimeResult<Fixed<Message<Name, M, K>>>,
>(options: TokenHookOptions<Name, M, K, S>): S;
// And again, last: a mistake is told by what the compiler tried last.
export function useRealtime<
  Name extends string,
  M,
  const K extends keyof M & string = keyof M & string,
  S = RealtimeResult<Fixed<Message<Name, M, K>>>,
>(options: ChannelHookOptions<Name, M, K, S>): S;
export function useRealtime(options: object): unknown {
  // The overloads say what fits together; here it is data.
  const given: Given = options;
  return useChannel(given, given.select);
}
