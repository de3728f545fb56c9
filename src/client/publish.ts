/** `publish`: a client sends to a topic, where its token lets it and the server has switched that on. */
import { encode, snapshot } from "../codec.js";
import { RealtimeError } from "../errors.js";
import type { Refused } from "../refused.js";
import { readToken } from "../token.js";
import type { TopicRef } from "../topic.js";
import type { PayloadFor } from "../topic-checks.js";
import { joinLane } from "./publish-lane.js";
import type { TokenSource } from "./types.js";

/** A token of the channel, or its key. Its type doesn't say what it lets publish: the server does. */
export interface PublishToken<Name extends string = string> {
  readonly channel: Name;
  readonly key: string;
  readonly url?: string;
}

export interface PublishOptions<Name extends string = string> {
  /**
   * A token that lets publish to the topic, or a function that fetches one. A function is asked when there is none, and
   * again once where the gateway refuses the one that it gave before; until then its token is kept. Whoever logs in as
   * another user needs another function.
   */
  readonly token: TokenSource<PublishToken<Name> | string>;
  /**
   * An idempotency key: within the transport's window, a channel takes one message per key and token's subject. Of tokens
   * without a subject each has keys of its own, so that a retry with a fresh one is another message. Default: none.
   */
  readonly key?: string | undefined;
  /** The gateway: absolute, or a path on the page's origin. Default: the token's `url`, else `/api/realtime`. */
  readonly url?: string | undefined;
  /** Default: the global one. */
  readonly fetch?: typeof fetch | undefined;
  /** Gives up: what hasn't been sent is not sent any more. Rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Publishes to one topic, through the gateway, which parses the payload by the topic's schema. Messages to one channel
 * that have the same `token` arrive in the order of these calls: one request is under way at a time, and takes along
 * what was published meanwhile. Resolves when the transport has stored it.
 *
 * Rejects with what the gateway refuses it with, such as `INVALID_PAYLOAD` (see `issues`), `TOKEN_SCOPE`, `UNSUPPORTED`
 * (it isn't switched on) or `RATE_LIMITED`; with `UNSUPPORTED_VALUE` for what can't travel, `OVERLOADED` where 1,000
 * messages wait, `TOKEN_REQUEST_FAILED`; and with `CONNECTION_LOST` where no answer came: it may have been
 * published, and publishing it again is safe with a `key`.
 *
 * @example
 * ```ts
 * const token = () => fetchToken({ channel: chat({ room }).name, publish: ["said"] });
 * await publish(chat({ room }).said, { text: "Hello" }, { token, key: crypto.randomUUID() });
 * ```
 */
export async function publish<In, Out, Name extends string>(
  ref: TopicRef<In, Out, Name> | Refused<"Publish to a topic: channel.status, not the channel.">,
  data: NoInfer<PayloadFor<In, Out>>,
  options: PublishOptions<NoInfer<Name>>,
): Promise<{ readonly id: string }> {
  const { channel, topic } = Object(ref) as TopicRef;
  if (typeof channel !== "string" || typeof topic !== "string") {
    throw new RealtimeError("UNKNOWN_TOPIC", "publish needs a reference to a topic, such as channel.status.");
  }
  const { token, key, url, fetch, signal } = Object(options) as PublishOptions;
  if (!token)
    throw new RealtimeError("INVALID_OPTIONS", "publish needs a token, or a function that gives one.");
  if (signal?.aborted) throw signal.reason;
  // Of now: what the caller changes later isn't sent. The text is what a request takes from it.
  const encoded = encode(snapshot(data, `Topic "${topic}" of channel "${channel}"`));
  const text = JSON.stringify({ topic, ...encoded, key });
  // A token comes as many objects.
  const by = typeof token === "function" ? token : readToken(token).key;
  return joinLane({ by, channel, url, fetch }, token).publish(text, signal);
}
