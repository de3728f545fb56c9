/** Signs and checks tokens: JWT (RFC 7519), HS256 only, checkable offline. */
import { createSigner, createVerifier, TokenError } from "fast-jwt";
import { type Duration, toMilliseconds } from "../duration.js";
import { RealtimeError } from "../errors.js";

/** How long a token lives unless it says otherwise. */
export const DEFAULT_LIFE: Duration = "15m";
/** No token lives longer: what it opens can't be taken back before. */
export const MAX_LIFE: Duration = "24h";

const ISSUER = "halyard";

/** What a token opens. */
export interface Scope {
  readonly channel: string;
  readonly topics: readonly string[];
  /** Whom it is for, such as a user's id. Not interpreted here. */
  readonly subject?: string | undefined;
}

/** What a checked token says. */
export interface Claims extends Scope {
  /** When it ends, in milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

export interface Tokens {
  /** Throws `INVALID_OPTIONS` where the life is none, or over 24 hours. */
  sign(scope: Scope, expiresIn: Duration | undefined): string;
  /** Throws `TOKEN_MALFORMED`, `TOKEN_INVALID` (signature, algorithm, issuer) or `TOKEN_EXPIRED`. */
  verify(key: string): Claims;
}

/** `secret` is called at the first use, since an app that neither signs nor checks needs none. */
export function createTokens(secret: () => string): Tokens {
  let made: { sign: (payload: object) => string; verify: (key: string) => unknown } | undefined;
  const crypto = () => {
    if (!made) {
      const key = secret();
      made = {
        sign: createSigner({ key, algorithm: "HS256" }),
        verify: createVerifier({ key, algorithms: ["HS256"], allowedIss: ISSUER, requiredClaims: ["exp"] }),
      };
    }
    return made;
  };

  return {
    sign({ channel, topics, subject }, expiresIn = DEFAULT_LIFE) {
      const life = toMilliseconds(expiresIn, "token expiresIn");
      if (life < 1000 || life > toMilliseconds(MAX_LIFE, "the longest life")) {
        throw new RealtimeError(
          "INVALID_OPTIONS",
          `A token's expiresIn must be between 1s and ${MAX_LIFE}; got ${JSON.stringify(expiresIn)}.`,
        );
      }
      const iat = Math.floor(Date.now() / 1000);
      const exp = iat + Math.floor(life / 1000);
      const jti = globalThis.crypto.randomUUID();
      const sub = subject === undefined ? {} : { sub: subject };
      return crypto().sign({ iss: ISSUER, channel, topics, iat, exp, jti, ...sub });
    },
    verify(key) {
      let claims: unknown;
      try {
        claims = crypto().verify(key);
      } catch (cause) {
        throw refusal(cause);
      }
      return readClaims(claims);
    },
  };
}

function readClaims(claims: unknown): Claims {
  const { channel, topics, exp, sub } = claims as Record<string, unknown>;
  const isScope =
    typeof channel === "string" &&
    Array.isArray(topics) &&
    topics.length > 0 &&
    topics.every((topic) => typeof topic === "string") &&
    typeof exp === "number";
  if (!isScope)
    throw new RealtimeError("TOKEN_MALFORMED", "The token doesn't say which channel and topics it opens.");
  return { channel, topics, expiresAt: exp * 1000, subject: typeof sub === "string" ? sub : undefined };
}

function refusal(cause: unknown): unknown {
  if (!(cause instanceof TokenError)) return cause;
  switch (cause.code) {
    case TokenError.codes.expired:
      return new RealtimeError("TOKEN_EXPIRED", "The token expired. Get a fresh one.");
    case TokenError.codes.malformed:
    case TokenError.codes.invalidType:
      return new RealtimeError("TOKEN_MALFORMED", "The token is no JWT.");
    default:
      // The library's own words could quote the token; its code can't.
      return new RealtimeError("TOKEN_INVALID", `The token isn't one of this server's (${cause.code}).`);
  }
}
