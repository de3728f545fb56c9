/** `createChannelStore`. */
import type { AnyMessage, Fixed, Message } from "../../message.js";
import type { Refused } from "../../refused.js";
import { createCore } from "./core.js";
import type { GivenOptions } from "./options.js";
import type { ChannelStore, ChannelStoreOptions } from "./types.js";

/**
 * A channel's messages and connection, as something to look at: what hooks and signals are made of. It connects with its first
 * listener, makes at most one snapshot for each frame that the browser paints, and lets go of the connection a second after
 * its last listener has left, or at once while the page is hidden. It resumes where it stood.
 *
 * What goes wrong is in the snapshot, as `error`, and goes to `onError`. Throws `INVALID_OPTIONS` or `UNKNOWN_TOPIC`.
 *
 * @example
 * ```ts
 * const store = createChannelStore({ channel: pipeline({ runId }), token: fetchToken });
 * const unsubscribe = store.subscribe(() => {
 *   const { connectionStatus, messages } = store.getSnapshot();
 *   show(connectionStatus, messages.byTopic.status?.data.message);
 * });
 * ```
 */
// Tried first, it fits nothing but `any`: what a token function written in place gives is known by itself then.
export function createChannelStore(options: Refused<"Give a channel and a token.">): ChannelStore<AnyMessage>;
export function createChannelStore<
  Name extends string,
  M,
  const K extends keyof M & string = keyof M & string,
>(options: ChannelStoreOptions<Name, M, K>): ChannelStore<Fixed<Message<Name, M, K>>>;
export function createChannelStore(options: unknown): ChannelStore<AnyMessage> {
  // The overloads say what the token and the channel make of it; here they are data, and are checked.
  return createCore(options as GivenOptions);
}
