/** `createChannelStore`. */
import type { Fixed, Message } from "../../message.js";
import { createCore } from "./core.js";
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
export function createChannelStore<
  Name extends string,
  M,
  const K extends keyof M & string = keyof M & string,
>(options: ChannelStoreOptions<Name, M, K>): ChannelStore<Fixed<Message<Name, M, K>>> {
  // The types above say what the token and the channel make of it; inside they are data.
  return createCore(options as never) as unknown as ChannelStore<Fixed<Message<Name, M, K>>>;
}
