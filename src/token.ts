/** What opens a channel to a subscriber, as both ends see it. Signing and checking are the server's (`server/tokens`). */
import { RealtimeError } from "./errors.js";

/**
 * A token as it travels: JSON, with the signed `key` in it. `M` is a phantom that isn't there at run time; it makes
 * token types of different topics differ.
 */
export interface TokenOf<Name extends string, M> extends TokenCovering<Name, M> {
  readonly topics: readonly (keyof M & string)[];
  /** Types only. */
  readonly "~exact"?: (topics: M) => M;
}

/** A token that opens at least the topics of `M`: what a subscriber asks for. */
export interface TokenCovering<Name extends string, M> {
  readonly channel: Name;
  readonly topics: readonly string[];
  /** The signed token (a JWT, RFC 7519). */
  readonly key: string;
  /** Where to connect: absolute, or a path on the page's origin. Default `/api/realtime`. */
  readonly url?: string;
  /** Types only. */
  readonly "~covers"?: M;
}

/** A token at run time. */
export interface PlainToken {
  readonly channel: string;
  readonly topics: readonly string[];
  readonly key: string;
  readonly url?: string;
}

/**
 * Reads a token in any form that reaches a client: the object, its JSON text, or the bare key.
 * It is not verified here; the server does that. Throws `TOKEN_MALFORMED`.
 */
export function readToken(value: unknown): PlainToken {
  const token = Object(typeof value === "string" ? readText(value.trim()) : value) as Record<string, unknown>;
  const { channel, topics, key, url = "" } = token;
  const isText = (part: unknown) => typeof part === "string";
  if (Array.isArray(topics) && [channel, key, url, ...topics].every(isText))
    return token as unknown as PlainToken;
  throw new RealtimeError(
    "TOKEN_MALFORMED",
    'This is no token. Expected { channel, topics, key } as app.token() gives it, or its "key".',
  );
}

/** A bare key, or the JSON text of a token or of a key. */
function readText(text: string): unknown {
  try {
    const json: unknown = /^[{"]/.test(text) ? JSON.parse(text) : text;
    return typeof json === "string" ? claimsOf(json) : json;
  } catch {
    return undefined;
  }
}

/** A bare key says for itself what it opens: its claims are signed, not secret. */
function claimsOf(key: string): unknown {
  const payload = key.split(".")[1] ?? "";
  const bytes = atob(payload.replace(/-/g, "+").replace(/_/g, "/"));
  const text = new TextDecoder().decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
  const { channel, topics } = JSON.parse(text) as Record<string, unknown>;
  return { channel, topics, key };
}
