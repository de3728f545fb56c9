/** What `createHandler` is given. */
import { type Duration, toMilliseconds } from "../../duration.js";
import { RealtimeError } from "../../errors.js";
import type { Refused } from "../../refused.js";
import type { Registry } from "../../registry.js";
import { type GatewayOptions, MAX_TIMEOUT } from "../gateway/limits.js";
import type { Authorize } from "./token-types.js";

/** How much one publisher may publish: by its token's subject, or by the token where it has none. */
export interface PublishLimitOptions {
  /** Messages per second. Default 20. */
  readonly perSecond?: number | undefined;
  /** Messages at once, before `perSecond` counts. Default 40. */
  readonly burst?: number | undefined;
  /** Bytes of one message's payload, as JSON. Default 65,536. A whole request may have 16 times as much, and at least 1 MiB. */
  readonly maxBytes?: number | undefined;
}

/**
 * Options of a handler. Of the gateway's, `maxFrameBytes` limits one subscription's token and topics: one that has more is
 * ended with `FRAME_TOO_LARGE`, and the others of its request go on. A whole request may have four times as much, or is
 * answered 413. Of more than `maxSubscriptions`, those with the highest ids are ended with `TOO_MANY_SUBSCRIPTIONS`; a
 * request with more than twice as many is answered 413.
 */
export interface HandlerOptions<R = unknown> extends GatewayOptions {
  /** The channels that tokens are given for, and that clients publish to. */
  readonly channels?: Registry<R> | undefined;
  /**
   * Switches the token endpoint on: who is asking, and may they? Without a yes there is no token. An error that it throws,
   * or an answer that is neither yes, no nor terms, is a 500, and goes to the app's `onError`. Pages of other origins that aren't listed in `origins` don't get here: your
   * cookies would speak for whoever visits them.
   */
  readonly authorize?:
    | ([R] extends [never]
        ? Refused<"authorize needs channels: pass a registry({ … }) beside it.">
        : Authorize<R>)
    | undefined;
  /**
   * Lets clients publish, with tokens that say so: `true`, or with limits. Needs `channels`. Default `false`. Give tokens a
   * `subject`: an idempotency key holds for it, or else for one token alone, so that a retry with a fresh one is not
   * recognized.
   */
  readonly publish?: boolean | PublishLimitOptions | undefined;
  /**
   * Origins whose pages are served, such as `"https://app.example.com"`; list your own as well. Their pages may ask from
   * another origin than the handler's (CORS), at the token endpoint with cookies; others get 403. Clients that are no
   * browsers send none, and are served. There is no `"*"`: with it, any page could use what its visitor's cookies open.
   * Default: no list. Then pages of the same origin alone can read the answers.
   *
   * Whether a page's origin is this one is told by `Sec-Fetch-Site`, which browsers send over https. Where they don't, its
   * host is compared with `Host`: a proxy must leave that as it is (nginx: `proxy_set_header Host $host`), or else list the origin.
   */
  readonly origins?: readonly string[] | undefined;
  /** Headers that pages of listed origins may send, beside `content-type` and `authorization`. Default: none. */
  readonly headers?: readonly string[] | undefined;
  /**
   * When a stream is ended, cleanly, for its client to open the next one: below what a serverless platform lets a request
   * take (`maxDuration`, mostly 5 minutes). Up to a tenth earlier, so that not all come back at once. Default `"4m"`.
   */
  readonly maxStreamAge?: Duration | undefined;
}

/** Counts and bytes. */
export interface PublishLimits {
  readonly perSecond: number;
  readonly burst: number;
  readonly maxBytes: number;
  readonly maxBodyBytes: number;
}

const MIN_PUBLISH_BODY = 1_048_576;

const refuse = (what: string) => new RealtimeError("INVALID_OPTIONS", `createHandler: ${what}`);

/** Which endpoints there are. Throws `INVALID_OPTIONS` where one lacks what it needs. */
export function checkEndpoints({ channels, authorize, publish }: Readonly<Record<string, unknown>>): void {
  if (channels !== undefined && typeof Object(channels).match !== "function") {
    throw refuse("channels must be a registry. Pass registry({ … }).");
  }
  if (authorize !== undefined && typeof authorize !== "function")
    throw refuse("authorize must be a function.");
  if ((authorize || publish) && !channels) {
    throw refuse(`${authorize ? "authorize" : "publish"} needs channels: registry({ … }).`);
  }
  if (channels && !authorize && !publish) {
    throw refuse(
      "channels alone do nothing. Give authorize for tokens, publish for publishing, or leave them out.",
    );
  }
}

/** Fills in the defaults; `undefined` where publishing is off. Throws `INVALID_OPTIONS`. */
export function publishLimits(publish: HandlerOptions["publish"]): PublishLimits | undefined {
  if (publish === undefined || publish === false) return undefined;
  if (publish !== true && (typeof publish !== "object" || publish === null)) {
    throw refuse("publish must be true, false or limits.");
  }
  const { perSecond = 20, burst = 40, maxBytes = 65_536 } = publish === true ? {} : publish;
  for (const [name, value, least] of [
    ["perSecond", perSecond, Number.MIN_VALUE],
    ["burst", burst, 1],
    ["maxBytes", maxBytes, 1],
  ] as const) {
    if (!(Number.isFinite(value) && value >= least)) {
      const range = name === "perSecond" ? "above 0" : "1 or more";
      throw refuse(`publish.${name} must be a number, ${range}; got ${String(value)}.`);
    }
  }
  return { perSecond, burst, maxBytes, maxBodyBytes: Math.max(MIN_PUBLISH_BODY, 16 * maxBytes) };
}

/** In milliseconds. Throws `INVALID_OPTIONS`. */
export function streamAge(maxStreamAge: Duration = "4m"): number {
  const milliseconds = toMilliseconds(maxStreamAge, "createHandler: maxStreamAge");
  if (milliseconds >= 1000 && milliseconds <= MAX_TIMEOUT) return milliseconds;
  throw refuse(`maxStreamAge must be at least 1s and at most ${MAX_TIMEOUT} ms.`);
}
