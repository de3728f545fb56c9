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
  /** What leads there, best first: `"websocket"`, `"sse"`. Default: the client tries both, in this order. */
  readonly wires?: readonly string[];
  /** Types only. */
  readonly "~covers"?: M;
}

/** What a client needs of a token. What it opens, the gateway reads and says. */
export interface PlainToken {
  readonly key: string;
  readonly channel?: string;
  readonly topics?: readonly string[];
  readonly url?: string;
  readonly wires?: readonly string[];
}

/**
 * Reads a token in any form that reaches a client: the object, its JSON text, or the bare key.
 * It is not verified here; the server does that. Throws `TOKEN_MALFORMED`.
 */
export function readToken(value: unknown): PlainToken {
  const token = Object(typeof value === "string" ? readText(value.trim()) : value) as Record<string, unknown>;
  const { key, channel = "", url = "" } = token;
  // What came over the wire may be anything; here it has been checked.
  if ([key, channel, url].every((part) => typeof part === "string")) return token as unknown as PlainToken;
  throw new RealtimeError("TOKEN_MALFORMED", "This is no token. Pass on what app.token() gives.");
}

/** The JSON text of a token or of a key, or a bare key: a JWT in its compact form (RFC 7519, section 3). */
function readText(text: string): unknown {
  let json: unknown = text;
  try {
    json = JSON.parse(text);
  } catch {
    // A bare key.
  }
  return typeof json === "string" ? /^[\w-]+(\.[\w-]+){2}$/.test(json) && { key: json } : json;
}
